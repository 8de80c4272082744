"""A review campaign worked in the real office by its people: town head, village officer, investigators, confirmer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiuzhu.bench.households import add_households
from jiuzhu.domain.actor import Actor
from jiuzhu.runner import Runner
from jiuzhu.service import campaigns, cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from tests.walks import Walker

PLACES = {
    "jincheng": ("140502100", "140502100001", "140502100002"),
    "xintai": ("370982002", "370982002001", "370982002002"),
    "ninghe": ("120117102", "120117102001", "120117102002"),
    "qijiang": ("500110111", "500110111001", "500110111002"),
    "xixiu": ("520402109", "520402109001", "520402109002"),
}
"""District → its first demo town and two villages."""
CONFIRMER = {"xintai": "chief_rep-1", "xixiu": "county_approver-1"}
OFFICER = {1: "village_officer-1", 2: "village_officer-3"}
"""Village → who sits there."""


class Review:
    """One town's campaign."""

    def __init__(self, office: Office, district: str = "jincheng") -> None:
        self.office, self.district = office, district
        self.town, *self.villages = PLACES[district]
        self.walker = Walker(office, {"id": "R", "district": district, "given": "", "programme": ""})
        self.confirmer = CONFIRMER.get(district, "town_confirmer-1")
        self.human: list[tuple[str, str]] = []
        """(element, record number) of every item that a person completed."""

    # rows and people

    def households(self, count: int, *, villages: int = 1, **more: Any) -> list[str]:
        return list(add_households(self.office, self.villages[:villages], count, **more))

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        return self.walker.rows(sql, **values)

    def write(self, sql: str, **values: Any) -> None:
        from sqlalchemy import text

        with self.office.store.engine.begin() as connection:
            connection.execute(text(sql), values)

    def actor(self, login: str) -> Actor:
        return identity.actor_of(self.office, f"{self.district}-{login}")

    # time

    def settle(self) -> None:
        """Let the throttled job, errands and timers run until nothing moves."""
        while True:
            moved = campaigns.keep_campaigns(self.office)
            moved += Runner(self.office).drain() or 0
            moved += due.fire_due(self.office)
            if not moved:
                break

    def advance(self, days: int) -> None:
        office_clock.advance_clock(self.office, None, timedelta(days=days))
        self.settle()

    # acts

    def start(self, login: str = "town_head-1", **more: Any) -> str:
        actor = self.actor(login)
        data = self.walker.answers("campaign_start", actor) | more
        made = cases.start_case(self.office, actor, "shared_review_campaign", data)
        self.walker.case_no = made.case_no
        self.settle()
        return made.case_no

    def open(self) -> list[str]:
        """Return the elements of all open items of reviews, sorted."""
        return sorted(row["element_id"] for row in self.items())

    def items(self, element: str = "") -> list[dict[str, Any]]:
        found = self.rows(
            "select distinct task_id, element_id, form, record_no, case_no, village from work_item order by record_no"
        )
        return [row for row in found if element in ("", row["element_id"])]

    def do(self, element: str, login: str, *, at: int = 0, settle: bool = True, **more: Any) -> None:
        item, actor = self.items(element)[at], self.actor(login)
        data = self.walker.answers(item["form"], actor) | more
        work.complete(self.office, actor, item["task_id"], data)
        self.human.append((element, item["record_no"]))
        if settle:
            self.settle()

    def plan(self, **more: Any) -> None:
        self.do("Task_PlanCampaign", "town_head-1", **more)

    # the village's work

    def lines(self, sheet: str = "") -> list[str]:
        found = self.rows("select item_no, sheet_no from review_line order by item_no")
        return [row["item_no"] for row in found if sheet in ("", row["sheet_no"])]

    def list_village(self, village: int = 1, changed: dict[str, str] | None = None, at: int = 0) -> None:
        said = changed or {}
        rows = [
            {"item_no": one, "line_changed": one in said, "line_note": said.get(one, "")}
            for one in self.of(self.villages[village - 1])
        ]
        self.do("Task_VerifyList", OFFICER[village], at=at, list_rows=rows)

    def visit(self, village: int = 1, found: dict[str, dict[str, Any]] | None = None, at: int = 0) -> None:
        """Plan a round over everybody who was not visited, and sign it."""
        wanted = [
            row["item_no"]
            for row in self.rows(
                "select l.item_no, i.village, i.state from review_line l join campaign_item i on i.item_no = l.item_no "
                "where l.visited_on is null order by l.item_no"
            )
            if row["village"] == self.villages[village - 1] and row["state"] != "cancelled"
        ]
        going = [{"item_no": one, "line_go": True} for one in wanted]
        officer = f"{self.district}-{OFFICER[village]}"
        self.do("Task_PlanRound", "town_investigator-2", at=at, round_rows=going, village_assistants=[officer])
        met = {"line_outcome": "met", "line_changed": False, "line_note": ""}
        rows = [{"item_no": one, **met, **(found or {}).get(one, {})} for one in wanted]
        self.do("Task_VisitRound", "town_investigator-1", at=at, visit_rows=rows)

    def confirm(self, refused: dict[str, str] | None = None, at: int = 0) -> None:
        said = refused or {}
        sheet = self.rows(
            "select s.sheet_no from review_sheet s where s.record_no = :record",
            record=self.items("Task_ConfirmSheet")[at]["record_no"],
        )[0]["sheet_no"]
        ready = self.rows(
            "select item_no from campaign_item where sheet_no = :sheet and way = 'sheet' and state = 'visited'",
            sheet=sheet,
        )
        rows = [
            {
                "item_no": row["item_no"],
                "line_decision": "refused" if row["item_no"] in said else "confirmed",
                "line_reason": said.get(row["item_no"], ""),
            }
            for row in ready
        ]
        self.do("Task_ConfirmSheet", self.confirmer, at=at, sheet_rows=rows)

    def close(self) -> None:
        self.do("Task_CloseCampaign", "town_head-1")

    # what is left behind

    def of(self, village: str) -> list[str]:
        sql = "select item_no from campaign_item where village = :village and state != 'cancelled' order by item_no"
        found = self.rows(sql, village=village)
        return [row["item_no"] for row in found]

    def state(self, field: str = "state") -> list[str]:
        return [row[field] for row in self.rows(f"select {field} from campaign_item order by item_no")]

    def ends(self, process: str) -> list[str]:
        found = self.rows(
            "select end_event from case_instance where process_key = :key and ended_at is not null", key=process
        )
        return [row["end_event"] for row in found]
