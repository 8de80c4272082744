"""What the seeds leave open is a setting: each is there, marked as assumed, and another answer changes what happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.domain.rows import AuthorityGrant, Notice, Obligation
from jiuzhu.errors import BpmnError, ConfigurationError
from jiuzhu.policy import Policies, load_policies
from jiuzhu.service.policy_sheet import policy_sheet
from jiuzhu.service.trace import Homes
from tests.fakes import desk as fake
from tests.fakes.desk import Desk, decisions
from tests.fakes.household import acceptance_check, application, confirmation
from tests.settings import with_rows, with_value

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = load_policies(ROOT / "config")
TODAY = date(2026, 9, 16)
Answer = Callable[[Policies], Any]


def test_all_eighteen_are_listed_and_have_their_settings() -> None:
    ids = [one.id for one in SHIPPED.ambiguities]
    assert ids == [f"A{number}" for number in range(1, 19)]
    before = {one.id for one in SHIPPED.ambiguities if one.part == "before_decision"}
    assert before == {"A2", "A3", "A6", "A7", "A8", "A9", "A13", "A15", "A16", "A17", "A18"}
    homes = Homes(ROOT)
    assert [place for one in SHIPPED.ambiguities for place in one.drawn if not homes.exists(place)] == []


def test_each_is_marked_as_assumed_wherever_it_is_shown() -> None:
    for one in SHIPPED.ambiguities:
        for district in one.districts:
            if one.part != "before_decision" or district not in SHIPPED.districts:
                continue
            for key in one.keys:
                lines = policy_sheet(SHIPPED, ROOT / "config", district, TODAY, key).lines
                mine = [line for line in lines if line.key == key]
                assert mine, (one.id, key)
                assert all(line.assumed and "设定（待本地核定）" in line.basis for line in mine), (one.id, key)
                assert all(one.id in line.basis for line in mine)


def test_a_setting_that_is_gone_is_named_at_start(tmp_path: Path) -> None:
    for name in ("districts", "policy.toml", "ambiguities.csv"):
        (tmp_path / name).symlink_to(ROOT / "config" / name)
    load_policies(tmp_path)
    (tmp_path / "ambiguities.csv").unlink()
    text = (ROOT / "config" / "ambiguities.csv").read_text("utf-8").replace("clock.start", "clock.begins")
    (tmp_path / "ambiguities.csv").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=r"A18.*clock\.begins"):
        load_policies(tmp_path)


def opened(district: str, programme: str = "dibao") -> Desk:
    desk = Desk(district, programme)
    desk.submit("application", application(programme=programme))
    desk.submit("acceptance_check", acceptance_check())
    desk.variables |= {"rule_profile": "N2022", "visit_required": False}
    desk.wait(days=2)
    desk.run("case_accept")
    return desk


def due(desk: Desk, milestone: str, name: str) -> tuple[str, int, str]:
    answer = desk.run("deadlines", milestone=milestone, inside="shared_acceptance")
    row = [each for each in desk.rows(Obligation) if each.due_name == name][-1]
    return str(answer[name]), row.count, row.unit


def temp_limit(district: str) -> str:
    desk = Desk(district, "temp_expenditure")
    desk.submit("application", application())
    return str(desk.run("policy_load", decision="temp_authority")["limit_amount"])


def temp_level(district: str, amount: str) -> Any:
    desk = Desk(district, "temp_urgent")
    desk.submit("application", application())
    given = desk.run("policy_load", decision="temp_authority")
    names = ("limit_amount", "limit_inclusive", "cap_amount")
    row = decisions("temp_authority").evaluate("temp_authority", {"amount": amount, **{n: given.get(n) for n in names}})
    assert isinstance(row, dict)
    return row["authority_level"]


def notice_end(district: str) -> str:
    desk = opened(district)
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("form_book")
    desk.variables |= desk.run("notice_prepare", notice_stage="review")
    desk.submit("notice_post", {"posted_at": desk.now.isoformat()})
    desk.run("notice_open")
    return str(desk.rows(Notice)[-1].ends_on)


def filing(district: str) -> tuple[str, int, str]:
    desk = opened(district)
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("form_book")
    return due(desk, "confirmed", "due_filing")


def payer(district: str) -> Any:
    desk = opened(district)
    given = desk.run("policy_load", decision="payer")
    row = decisions("payer").evaluate(
        "payer", {"programme": "dibao", "authority_level": "town", "payer_kind": given["payer_kind"]}
    )
    assert isinstance(row, dict)
    return row["payer"]


def switched(district: str, accepted_at: str) -> str:
    """Return who decides, or the code of the refusal, for a case that was accepted the day before the change."""
    desk = opened(district)
    desk.add(
        AuthorityGrant(
            grant_no="承接准备1",
            district=district,
            town=desk.records.head.town,
            programme="dibao",
            devolution_from=date(2021, 9, 1),
            legal_form="devolution",
            legal_basis="津民发〔2021〕14号",
            letter_no="",
            phase=0,
            switched_at=datetime(2021, 8, 31, 16, tzinfo=UTC),
            source="NH-01",
        )
    )
    desk.submit("confirmation", confirmation(), person="decider")
    desk.run("form_book")
    try:
        return str(desk.run("authority_check", accepted_at=accepted_at)["decision_org"])
    except BpmnError as error:
        return error.code


CASES: list[tuple[str, Answer, Answer, Any, Any]] = [
    (
        "A2",
        lambda all_: with_value(all_, "ninghe", "temp_limit.per", "household"),
        lambda _: temp_limit("ninghe"),
        "12120.00",
        "36360.00",
    ),
    (
        "A3",
        lambda all_: with_value(all_, "ninghe", "notice.days", 5),
        lambda _: notice_end("ninghe"),
        "2026-09-25",
        "2026-09-23",
    ),
    (
        "A3",
        lambda all_: with_value(all_, "ninghe", "deadlines.total_town", {"amount": 15, "unit": "wd"}),
        lambda _: due(opened("ninghe"), "accepted", "due_total")[1:],
        (20, "wd"),
        (15, "wd"),
    ),
    (
        "A7",
        lambda all_: with_value(all_, "qijiang", "deadlines.objection", {"amount": 5, "unit": "wd"}),
        lambda _: due(opened("qijiang"), "objected", "due_objection")[1:],
        (20, "wd"),
        (5, "wd"),
    ),
    (
        "A8",
        lambda all_: with_value(all_, "xintai", "temp_authority.limit_inclusive", False),
        lambda _: temp_level("xintai", "1500.00"),
        "town",
        "county",
    ),
    (
        "A8",
        lambda all_: with_value(all_, "xintai", "temp_authority.cap_amount", "3000.00"),
        lambda _: temp_level("xintai", "3000.01"),
        "county",
        "over_cap",
    ),
    (
        "A9",
        lambda all_: with_value(all_, "xintai", "deadlines.total_tekun", {"amount": 15, "unit": "wd"}),
        lambda _: due(opened("xintai", "tekun"), "accepted", "due_total")[1:],
        (20, "wd"),
        (15, "wd"),
    ),
    (
        "A13",
        lambda all_: with_value(all_, "jincheng", "deadlines.filing", {"amount": 7, "unit": "wd"}),
        lambda _: filing("jincheng"),
        ("2026-09-25T23:59:59+08:00", 7, "d"),
        ("2026-09-29T23:59:59+08:00", 7, "wd"),
    ),
    (
        "A15",
        lambda all_: with_value(
            with_value(all_, "jincheng", "periods.roll_forward", True),
            "jincheng",
            "deadlines.filing",
            {"amount": 9, "unit": "d"},
        ),
        lambda _: filing("jincheng")[0],
        "2026-09-25T23:59:59+08:00",
        "2026-09-28T23:59:59+08:00",
    ),
    (
        "A15",
        lambda all_: with_value(all_, "ninghe", "periods.roll_forward", True),
        lambda _: notice_end("ninghe"),
        "2026-09-25",
        "2026-09-28",
    ),
    (
        "A16",
        lambda all_: with_rows(all_, "ninghe", "payer", payer_kind="town"),
        lambda _: payer("ninghe"),
        "county",
        "town",
    ),
    (
        "A17",
        lambda all_: with_value(all_, "ninghe", "devolution.counted_from", "decided"),
        lambda _: switched("ninghe", "2021-08-31T23:59:59+08:00"),
        "NO_AUTHORITY",
        "120117102",
    ),
    (
        "A18",
        lambda all_: with_value(all_, "xintai", "clock.start", "accepted"),
        lambda _: due(opened("xintai"), "accepted", "due_total")[0],
        "2026-10-13T23:59:59+08:00",
        "2026-10-15T23:59:59+08:00",
    ),
]


@pytest.mark.parametrize(("number", "change", "answer", "shipped", "other"), CASES)
def test_another_answer_changes_what_happens(
    number: str, change: Answer, answer: Answer, shipped: Any, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(SHIPPED) == shipped
    changed = change(SHIPPED)
    monkeypatch.setattr(fake, "policies", lambda: changed)
    assert answer(changed) == other
    assert number in {one.id for one in SHIPPED.ambiguities}
