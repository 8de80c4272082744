"""A district in the middle of its year, attacked: lists, a campaign, a draw, a batch, dossiers, registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Dossier, DossierCase, PaymentBatch
from jiuzhu.service import dossier_disposal, registers, takeover
from jiuzhu.service.office import Office
from tests.forbidden import LOG, Watch, everybody
from tests.integration.people import person
from tests.integration.test_dossiers import KEEPER, end
from tests.integration.test_takeover import MAKER, checked, rows, taken_over
from tests.payments import Batch
from tests.reviews import Review
from tests.samples import Drawing, households
from tests.takeover_lists import as_csv, household

DISTRICT, TOWN = "jincheng", "140502100"
WHY = "示例理由：情况与名单不符"
BATCHES = "payment_batch"
LOGINS = {
    "finance": "jincheng-county_payment-1",
    "scheduler": "jincheng-town_head-1",
    "supervisor": "jincheng-county_supervisor-1",
    "auditor": "jincheng-auditor-1",
    "clerk": "jincheng-town_intake-1",
    "another district": "ninghe-county_leader-1",
}


@dataclass
class Year:
    """One district in the middle of its year."""

    office: Office
    watch: Watch
    campaign: str
    draw: str
    member: str
    batch: str
    handed_over: str
    released: str
    kept: str
    to_go: str
    row: str
    tasks: dict[str, str]
    """Element → open item."""
    people: list[Actor]

    def refused(
        self, actor: Actor, act: str, rule: str, use_case: Callable[..., object], *given: Any, **more: Any
    ) -> None:
        """Try ``use_case(office, actor, …)``: refused, logged with the rule ('' = any)."""
        attempt = partial(use_case, self.office)
        self.watch.refused(
            actor, act, lambda one: attempt(one, *given, **more), rule=rule, about=f"{actor.groups} {use_case} {given}"
        )

    @contextmanager
    def nothing_differs(self) -> Iterator[None]:
        before = contents(self.office)
        yield
        after = contents(self.office)
        assert after == before, [name for name in before if before[name] != after[name]]


def contents(office: Office) -> dict[str, str]:
    """Return a hash over every row of each table; the log of refusals left out."""
    with office.store.engine.connect() as connection:
        names = connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
        return {
            name: sha256(repr(connection.execute(text(f'select * from "{name}"')).all()).encode()).hexdigest()
            for name in names
            if name not in (LOG, "sqlite_sequence")
        }


def in_the_middle(office: Office) -> Year:
    released = taken_over(office, as_csv([*household(1, next_review="2026-09-30"), *household(2)]))
    handed_over = checked(office, as_csv(household(3)), "另一份.csv").import_no
    takeover.submit(office, person(office, MAKER), handed_over)
    review = Review(office, DISTRICT)
    campaign = review.start()
    assert review.open() == ["Task_PlanCampaign"]
    batch = Batch(office)
    batch.until("2026-10-01")
    batch.take("2026-10")
    batch.make()
    kept, to_go = sorted(one.dossier_no for one in rows(office, Dossier))
    end(office, rows(office, DossierCase, dossier_no=to_go)[0].case_no, date(2021, 1, 31))
    dossier_disposal.ask(office, person(office, KEEPER), to_go, WHY)
    members = households(office, DISTRICT, 11)
    drawing = Drawing(office, DISTRICT)
    drawing.begin()
    entry = {"held_on": "2026-09-16", "audience": "town", "topic": "示例", "persons": 3, "hours": 2}
    row = registers.add_row(office, person(office, MAKER), "training", entry)
    found = batch.walker.rows("select task_id, element_id from work_item")
    batch.walker.case_no = campaign
    return Year(
        office=office,
        watch=Watch(office),
        campaign=campaign,
        draw=drawing.number,
        member=members[0],
        batch=rows(office, PaymentBatch, month="2026-10", programme="dibao")[0].batch_no,
        handed_over=handed_over,
        released=released,
        kept=kept,
        to_go=to_go,
        row=row,
        tasks={one["element_id"]: one["task_id"] for one in found},
        people=everybody(office, batch.walker),
    )


def ways(year: Year, data: Path) -> list[tuple[set[str], str, dict[str, str] | None, list[str]]]:
    """Return for each act who may, address and posted fields (None: it is opened), and the command line."""
    reason = ["--reason", WHY]
    here = {"district": DISTRICT, "reason": WHY}
    check = year.tasks["Task_CheckBatch"]
    return [
        ({"scheduler", "supervisor"}, f"/campaigns/{year.campaign}", {"act": "pause", "reason": WHY},
         ["campaign", "pause", year.campaign, *reason]),
        ({"scheduler", "supervisor"}, "/campaigns", {"plan": f"{TOWN}/", "reason": WHY},
         ["campaign", "start", TOWN, *reason]),
        ({"supervisor"}, f"/schedules/{BATCHES}", {"act": "run", **here},
         ["schedule", "run", BATCHES, "--district", DISTRICT, *reason]),
        (set(), f"/imports/{year.handed_over}", {"act": "release"}, ["import", "release", year.handed_over]),
        (set(), f"/imports/{year.released}", {"act": "undo", **here}, ["import", "undo", year.released, *reason]),
        ({"scheduler"}, f"/dossiers/{year.to_go}", {"act": "confirm"}, ["dossier", "dispose", year.to_go, "--confirm"]),
        ({"supervisor"}, f"/samples/{year.draw}", {"member": year.member, "reason": WHY},
         ["sample", "replace", year.draw, year.member, *reason]),
        ({"finance"}, f"/payments/file?batch={year.batch}", None, ["payment", "file", year.batch]),
        ({"supervisor", "auditor"}, "/reports/publication_log", None, ["report", "show", "publication_log"]),
        (set(), "/registers/training/new", {}, ["register", "add", "training", "--data", str(data)]),
        (set(), f"/items/{check}/claim", {}, ["inbox", "--claim", check]),
    ]  # fmt: skip
