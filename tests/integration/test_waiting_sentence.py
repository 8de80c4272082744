"""The sentence 为什么在等 speaks of the case itself; what runs beside it is said to hold nothing up."""

from __future__ import annotations

from jiuzhu.service import case_page, identity
from jiuzhu.service.office import Office
from tests.walks import Line, Walker, load_walks


def test_a_case_in_its_notice_waits_for_the_notice_not_for_the_filing(office: Office) -> None:
    walk = load_walks()["J1"]
    walker = Walker(office, walk)
    walker.start()
    for line in walk["order"][: walk["order"].index("@clock notice_end")]:
        walker.complete(Line.parse(line))
    reviewer = identity.actor_of(office, "jincheng-town_reviewer-1")
    sentence = case_page.show_case(office, reviewer, walker.case_no).waiting_sentence
    first, beside = sentence.split("同时")
    assert "9月24日 00:00" in first
    assert "登记异议" in first
    assert "报送备案" not in first
    assert "报送备案" in beside
    assert "不影响本件继续办理" in beside
