"""补签: a form that its signatory has signed again is taken up without bringing its effects about a second time."""

from __future__ import annotations

from jiuzhu.domain.rows import Household
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import booked_papers, names
from workers.records.booking import write_household
from workers.records.desk import due_simple, text

SIGNED_AGAIN = TopicContract(
    topic="signed_again",
    label="补签归入案件",
    kind="record",
    doc="纸质签字经查不是本人所签、由签字人登录补签的，重新制作印有该签字的文书；由“我的账号”页面办理，流程图不用写。",
    inputs=(Name(name="submission", type="string", label="补签的表单"),),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-20", "XT-13"),
    drawn=False,
)


def take_up(call: RecordCall) -> Values:
    """Note that the form is in the household's record already, and make anew the papers that print the signature."""
    number = text(call, "submission")
    submission = next(one for one in call.records.submissions() if one.id == number)
    rows = call.records.find(Household, case_no=call.case_no)
    if rows:
        write_household(call, rows[0], rows[0].record, [number])
    effect = booked_papers.EFFECTS.get(submission.form)
    if effect is not None:
        effect(call, submission)
    return {"due_simple": due_simple(call)}


TOPICS: tuple[Topic, ...] = (Topic(contract=SIGNED_AGAIN, record=take_up),)
"""Not behind ``at_desk``: that would book the form and all it brings about."""
