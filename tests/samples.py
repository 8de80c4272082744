"""Draws in the real office: households that were filed or approved, and the people who draw and check them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jiuzhu.domain.rows import CaseDecision, Draw, Filing, Recipient, RelativesEntry, SampleItem
from jiuzhu.runner import Runner
from jiuzhu.service import due, opening, sample_work
from jiuzhu.service.desk import Desk, open_desk
from jiuzhu.service.office import Office
from jiuzhu.store import papers
from jiuzhu.store.shelf import shelf_of
from tests.forms_people import VILLAGE
from tests.matters import Matter

PROCESS = {
    "jincheng": "jincheng_spot_check",
    "ninghe": "ninghe_spot_check",
    "qijiang": "qijiang_spot_check",
    "xintai": "xintai_double_random",
}


def case_number(district: str, number: int) -> str:
    return f"存量-{district}-{number:04d}"


def households(
    office: Office, district: str, count: int, *, town: str = "", first: int = 1, programme: str = "dibao"
) -> list[str]:
    """Enter recipients whose aid was approved, and filed, today: what a month of work leaves behind."""
    village = VILLAGE[district]
    numbers = [case_number(district, number) for number in range(first, first + count)]
    with open_desk(office, None) as desk:
        shelf = shelf_of(desk.tx)
        for case_no in numbers:
            place = town or village[:9]
            filed = Filing(
                filing_no=f"备{case_no}",
                case_no=case_no,
                record_no=case_no,
                district=district,
                town=place,
                programme=programme,
                kind="new",
                state="sent",
                decision_no=f"决{case_no}",
                lines=[],
                built_at=desk.now,
                sent_at=desk.now,
            )
            shelf.add(filed)
            shelf.add(_decision(case_no, district, desk.now))
            shelf.add(_recipient(case_no, district, place, village, programme))
    return numbers


def _decision(case_no: str, district: str, now: datetime) -> CaseDecision:
    return CaseDecision(
        decision_no=f"决{case_no}",
        case_no=case_no,
        round=1,
        decision="granted",
        amount_monthly=Decimal("300.00"),
        submission="",
        person="",
        decided_at=now,
        org=district,
        level="county",
    )


def _recipient(case_no: str, district: str, town: str, village: str, programme: str) -> Recipient:
    return Recipient(
        recipient_no=f"台{case_no}",
        case_no=case_no,
        district=district,
        town=town,
        village=village if village.startswith(town) else f"{town}001",
        programme=programme,
        name="韩示例",
        resident_id="",
        resident_ref=f"ref-{case_no}",
        members=1,
        amount_monthly=Decimal("300.00"),
        payer=district,
        decision_no=f"决{case_no}",
        since="2026-10",
        review_months=12,
        next_review=date(2027, 9, 16),
    )


def relatives_of_staff(office: Office, case_no: str) -> None:
    """Let a household have declared that it is a near relative of a cadre."""
    with open_desk(office, None) as desk:
        entry = RelativesEntry(
            case_no=case_no,
            line=1,
            staff_name="示例干部",
            post="village_cadre",
            relation="sibling",
            declared=True,
            entered_at=desk.now,
        )
        shelf_of(desk.tx).add(entry)


def handled_by(desk: Desk, case_no: str, person: str) -> None:
    """Let somebody have completed a form of the household's case."""
    papers.add_submission(
        desk.tx,
        {
            "id": f"{case_no}/{person}",
            "task_id": f"{case_no}/{person}",
            "case_id": "",
            "case_no": case_no,
            "record_no": case_no,
            "process_key": "jincheng_application",
            "element_id": "Task_ReviewOpinion",
            "item_name": "提出审核意见",
            "form": "review_opinion",
            "definition": "",
            "instance": None,
            "person": person,
            "person_name": "经办人",
            "at": desk.now,
            "true_at": desk.true_now,
            "due": None,
            "data": {},
            "sha256": "0" * 64,
            "sequence": 1,
        },
    )


class Drawing(Matter):
    """One draw from its start on."""

    def __init__(self, office: Office, district: str) -> None:
        super().__init__(office, district)

    def begin(self, **more: Any) -> str:
        """Start an unscheduled draw over this month."""
        return self.start(PROCESS[self.district], "sample_start", "county_supervisor-1", **more)

    def by_calendar(self, period: str, *, town: str = "") -> str:
        """Start the draw of a period, as the schedule does."""
        with open_desk(self.office, None) as desk:
            definition = self.office.bundles.latest(desk.tx, PROCESS[self.district], self.district)
            place = opening.place_of(desk, town or self.district)
            live = opening.open_matter(desk, definition, place, {"period": period}, "按期抽查")
        self.walker.case_no = live.case_no
        self.settle()
        return live.case_no

    def seed(self, seed: str = "2026108-4821") -> None:
        self.do("Task_CommitSeed", "county_supervisor-1", sample_seed=seed)

    def settle(self) -> None:
        super().settle()
        sample_work.keep_samples(self.office)
        Runner(self.office).drain()
        due.fire_due(self.office)
        sample_work.keep_samples(self.office)

    @property
    def row(self) -> Draw:
        with self.office.store.reading() as tx:
            return shelf_of(tx).find(Draw, {"draw_no": self.number})[0]

    @property
    def items(self) -> list[SampleItem]:
        with self.office.store.reading() as tx:
            return list(shelf_of(tx).find(SampleItem, {"draw_no": self.number}))

    def change_item(self, item: SampleItem, **changes: Any) -> None:
        with open_desk(self.office, None) as desk:
            shelf_of(desk.tx).change(item, changes)

    def check(self, item: SampleItem) -> Check:
        return Check(self, item)


class Check(Matter):
    """The check of one drawn household."""

    def __init__(self, drawing: Drawing, item: SampleItem) -> None:
        super().__init__(drawing.office, drawing.district)
        self.drawing, self.item = drawing, item
        self.walker.case_no = item.member

    def settle(self) -> None:
        self.drawing.settle()

    def conclude(self, conclusion: str = "ok", login: str = "county_supervisor-1", **more: Any) -> None:
        """Conclude the check of the file, and let the town acknowledge the feedback."""
        kinds = {} if conclusion == "ok" else {"problem_kinds": ["income"]}
        self.do("Task_CheckFile", login, check_conclusion=conclusion, **kinds, **more)
        self.do("Task_ReceiveFeedback", "town_head-1")

    def visit(self) -> None:
        """Let two supervisors visit the household."""
        team = [f"{self.district}-county_supervisor-{number}" for number in (1, 2)]
        officer = f"{self.district}-village_officer-1"
        self.do("Task_PlanVisit", "county_supervisor-1", team=team, leader=team[0], village_assistants=[officer])
        self.do("Task_HomeVisit", "county_supervisor-1")
        self.do("Task_CoSign", "county_supervisor-2")
