"""A signature on paper: every paper says who entered it, and it counts for the duties of whoever signed (XT-13)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from docx import Document

from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import cases, documents, recusals
from jiuzhu.service.office import Office
from tests.process.test_ninghe import WALKS, attempt
from tests.walks import Line, Walker

pytestmark = pytest.mark.walks

ORDER = WALKS["N1"]["order"]
LEADER, SECOND, THIRD = 1, 2, 3


def visited(office: Office) -> Walker:
    """Return a case whose visit, by a team of three, waits for the signatures of the other two."""
    walker = Walker(office, WALKS["N1"])
    walker.arrange()
    walker.start()
    for line in ORDER[: ORDER.index("Task_CoSign town_investigator:2")]:
        walker.complete(Line.parse(line.replace("team=1,2 ", "team=1,2,3 ")))
    return walker


def on_paper(walker: Walker, role: str, recorder: int, signer: int | str) -> dict[str, Any]:
    actor = walker.actor(role, recorder)
    login = signer if isinstance(signer, str) else f"ninghe-{role}-{signer}"
    return {"way": "paper", "signer": login, "scan": [walker.attachment(actor)]}


def words_of(walker: Walker, template: str) -> str:
    """Return every word of the latest Word file of a template, as somebody reads it who opens it."""
    actor = walker.actor("town_head")
    found = [one for one in documents.list_documents(walker.office, actor, walker.case_no) if one.template == template]
    _, data = documents.document_docx(walker.office, actor, found[-1].number)
    paper = Document(io.BytesIO(data))
    texts = [node.text or "" for node in paper.element.iter() if node.tag.endswith("}t")]
    return re.sub(r"\s", "", "".join(texts))


@pytest.mark.req("XT-13", "JC-42")
def test_every_paper_says_who_entered_a_signature(office: Office) -> None:
    walker = visited(office)
    second, third = walker.actor("town_investigator", SECOND), walker.actor("town_investigator", THIRD)
    attempt(walker, "town_investigator", SECOND, sign=on_paper(walker, "town_investigator", SECOND, THIRD))
    attempt(walker, "town_investigator", SECOND)
    entered = f"纸质签字，由{second.name}录入"
    sheet = words_of(walker, "home_visit")
    assert re.search(rf"{third.name}[^{second.name}]*{entered}", sheet)
    assert sheet.count("录入") == 2  # the household has signed on the sheet too, entered with the visit
    assert f"纸质签字，由{walker.actor('town_investigator', LEADER).name}录入" in sheet

    reviewer, colleague = walker.actor("town_reviewer", 1), walker.actor("town_verifier", 1)
    attempt(
        walker, "town_reviewer", 1, sign=on_paper(walker, "town_reviewer", 1, colleague.login), review_result="agree"
    )
    for line in ORDER[ORDER.index("Task_Review town_reviewer review_result=agree") + 1 :]:
        walker.command(line) if line.startswith("@") else walker.complete(Line.parse(line))
        if line.startswith("Task_Minutes"):
            break
    approval = words_of(walker, "approval_form")
    assert f"{third.name}（{entered}）" in approval
    assert f"{colleague.name}（纸质签字，由{reviewer.name}录入）" in approval
    view = cases.show_case(office, walker.actor("town_head"), walker.case_no)
    assert any(f"{third.name}{entered}" in line.sentence for line in view.timeline)


@pytest.mark.req("XT-13", "JC-42", "JC-45")
def test_a_paper_signature_is_held_against_its_signatory(office: Office) -> None:
    walker = visited(office)
    role = "town_investigator"
    second = walker.actor(role, SECOND)

    def entered(signer: str, **more: Any) -> None:
        sheet = {"way": "paper", "signer": signer, "scan": [walker.attachment(second)]}
        attempt(walker, role, SECOND, sign=sheet, **more)

    with pytest.raises(Forbidden, match="职责分离") as own:  # the leader's name twice is no second investigator
        entered(f"ninghe-{role}-{LEADER}")
    assert own.value.rule == "R-01"
    with pytest.raises(Forbidden, match="调查组的成员"):
        entered("ninghe-town_reviewer-1")
    with pytest.raises(Invalid, match=r"改正|本人") as mine:
        entered(f"ninghe-{role}-{SECOND}")
    assert "本人的签字请登录办理" in str(mine.value.faults)
    recusals.recuse(office, walker.actor(role, THIRD), walker.case_no, "是申请人的表亲")
    with pytest.raises(Forbidden, match="回避") as kin:
        entered(f"ninghe-{role}-{THIRD}")
    assert kin.value.rule == "R-05"
    assert {row["element_id"] for row in walker.main_items()} == {"Task_CoSign"}
    assert walker.rows("select id from submission where case_no = :case_no and form = 'signature'") == []


@pytest.mark.req("XT-13", "JC-42")
def test_one_signature_of_each_and_whoever_signed_on_paper_has_investigated(office: Office) -> None:
    walker = visited(office)
    attempt(walker, "town_investigator", SECOND, sign=on_paper(walker, "town_investigator", SECOND, THIRD))
    with pytest.raises(Forbidden, match="已经办过"):
        attempt(walker, "town_investigator", SECOND, sign=on_paper(walker, "town_investigator", SECOND, THIRD))
    with pytest.raises(Forbidden, match="已经办过"):
        attempt(walker, "town_investigator", THIRD)
    attempt(walker, "town_investigator", SECOND)
    sheet = {
        "way": "paper",
        "signer": "ninghe-town_investigator-3",
        "scan": [walker.attachment(walker.actor("town_reviewer"))],
    }
    with pytest.raises(Refused, match="不能录入"):
        attempt(walker, "town_reviewer", 1, sign=sheet, review_result="agree")
    assert {row["element_id"] for row in walker.main_items()} == {"Task_Review"}
