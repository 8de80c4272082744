"""Beds in care homes: 特困 first, then the old and the disabled of other poor families, and only where one is free."""

from __future__ import annotations

from typing import Any

import pytest

from jiuzhu.decision import read_decisions
from jiuzhu.domain.rows import BedRequest
from jiuzhu.errors import Forbidden, Invalid, Refused
from jiuzhu.service import identity, registers
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests.conftest import ROOT
from tests.matters import Matter

HOME = "示例敬老院"


@pytest.mark.req("XX-55")
@pytest.mark.parametrize(
    ("kind", "elderly", "disabled", "order"),
    [
        ("tekun", False, False, 1),
        ("dibao", True, False, 2),
        ("registered_poor", False, True, 2),
        ("low_income", False, False, 3),
    ],
)
def test_who_goes_first(kind: str, elderly: bool, disabled: bool, order: int) -> None:
    table = read_decisions((ROOT / "bpmn" / "xixiu" / "bed_priority.dmn").read_bytes())
    given = {"bed_kind": kind, "bed_elderly": elderly, "bed_disabled": disabled}
    found: Any = table.evaluate("bed_priority", given)
    assert int(found["bed_priority"] if isinstance(found, dict) else found) == order


@pytest.mark.walks
@pytest.mark.req("XX-55")
def test_beds_are_given_in_order_and_only_where_one_is_free(office: Office) -> None:
    first = asked(office, bed_kind="dibao", applicant_name="先来低保")
    tekun = asked(office, bed_kind="tekun", bed_elderly=False, applicant_name="后来特困")
    other = asked(office, bed_kind="low_income", bed_elderly=False, applicant_name="低收入")
    with pytest.raises((Refused, Invalid)):
        tekun.do("Task_Allocate", "county_office-1")
    beds(office, total=11, used=10)
    with pytest.raises(Forbidden):
        tekun.do("Task_Allocate", "town_reviewer-1")
    with pytest.raises(Refused, match=r"1人排在前面.*第1顺序"):
        first.do("Task_Allocate", "county_office-1")
    tekun.do("Task_Allocate", "county_office-1", bed_fee="free")
    assert tekun.ends() == ["End_Allocated"]
    with pytest.raises(Refused, match="没有空床位"):
        first.do("Task_Allocate", "county_office-1")
    assert first.open() == {"Task_Allocate"}
    beds(office, total=12, used=11)
    with pytest.raises(Refused, match="1人排在前面"):
        other.do("Task_Allocate", "county_office-1")
    first.do("Task_Allocate", "county_office-1")
    other.do("Task_Allocate", "county_office-1", bed_result="withdrawn", bed_place=None, bed_fee=None)
    assert other.ends() == ["End_Withdrawn"]
    with office.store.reading() as tx:
        rows = shelf_of(tx).find(BedRequest, {"district": "xixiu"})
    assert [(row.priority, row.state, row.place, row.fee) for row in rows] == [
        (2, "allocated", HOME, "low"),
        (1, "allocated", HOME, "free"),
        (3, "withdrawn", "", ""),
    ]


def asked(office: Office, **more: Any) -> Matter:
    matter = Matter(office, "xixiu")
    matter.start("xixiu_bed", "bed_request", "town_reviewer-1", **more)
    return matter


def beds(office: Office, *, total: int, used: int) -> None:
    """The office enters how many beds a home has."""
    clerk = identity.actor_of(office, "xixiu-county_office-1")
    row = {"held_on": "2026-09-16", "place": HOME, "total": total, "used": used, "waiting": 3}
    registers.add_row(office, clerk, "beds", {**row, "priority": "", "files": []})
