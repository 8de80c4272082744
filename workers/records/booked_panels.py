"""议事协商 forms: an opinion is refused when its signer may not give it, and the minutes say what was counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jiuzhu.domain.contests import struck, to_do_again, what_to_do
from jiuzhu.domain.panels import Panel, Tally, fault_of, latest_panel, left_office, member_of, tally, vote_of
from jiuzhu.domain.records import Submission
from jiuzhu.domain.relatives import awaiting_visit
from jiuzhu.domain.rows import Objection
from jiuzhu.domain.signing import signer_of
from jiuzhu.domain.topics import RecordCall, Values
from jiuzhu.errors import Forbidden, Refused
from workers.records.kin import kept_out


def book_opinion(call: RecordCall, submission: Submission) -> Values:
    """Refuse an opinion that its signer may not give (R-03): not a member, a second one, an investigator's vote."""
    earlier = [one for one in call.records.submissions() if one.id != submission.id]
    panel = latest_panel(earlier)
    member, signer = member_of(submission), signer_of(submission)
    fault = fault_of(panel, member, vote_of(submission), again=panel is not None and member in panel.opinions)
    if not fault and member != signer and not kept_out(call, [member]) and not _has_left(call, panel, member):
        fault = "只有登记了近亲属关系、本人声明了回避或者不再任职的成员，才能由其他成员登记。"
    if fault:
        raise Forbidden(fault, rule="R-03")
    return {}


def _has_left(call: RecordCall, panel: Panel | None, member: str) -> bool:
    return panel is not None and left_office(call.records.person(member), panel, call.records.case().town)


def count_votes(call: RecordCall) -> Tally | None:
    """Return what the opinions of the latest panel come to; None before a panel was convened."""
    panel = latest_panel(call.records.submissions())
    if panel is None:
        return None
    return tally(
        panel,
        objection_taken_up=any(row.taken_up for row in call.records.find(Objection, case_no=call.case_no)),
        unanimous=bool(call.policy.value("panel.unanimous", call.today)),
        struck=struck(call.records, call.case_no),
    )


def require_entitled(call: RecordCall, submission: Submission, *, change: bool = False) -> None:
    """Refuse a decision that this form may not take: a disputed case is decided by the party committee alone (R-12),
    and where the district visits relatives of staff, no application is decided before that visit is on record (R-06).
    A ``change`` is no application: who came in with a list was never visited as an applicant.
    """
    counted = count_votes(call)
    if counted is not None and counted.disputed and submission.form != "party_opinion":
        raise Forbidden("有争议的案件由党（工）委会提出最终审批意见，别的环节不能作出决定。", rule="R-12")
    if counted is not None and submission.form == "panel_minutes" and submission.data.get("decision") != counted.result:
        raise Refused("会议纪要的决定与成员意见的汇总不一致。")
    again = to_do_again(call.records, call.case_no, call.records.submissions())
    if again is not None and submission.data.get("decision") == "granted":
        raise Refused(what_to_do(again))
    must = call.policy.values("relatives_visit", call.today).get("visit_relatives") is True
    if must and not change and awaiting_visit(call.records, call.case_no):
        raise Forbidden("近亲属申请还没有区级入户核查登记，不能审批确认。", rule="R-06")


EFFECTS: Mapping[str, Callable[[RecordCall, Submission], Values]] = {"panel_opinion": book_opinion}
