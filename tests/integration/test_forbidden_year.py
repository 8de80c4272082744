"""Forbidden acts of the year, role × act × organisation: campaigns, schedules, samples, lists taken over, dossiers,
batches, reports, registers. Whoever may not is refused with the rule, the log says so, and no row of any table differs.

Who may is said here by permission and place as ``config/roles.toml`` words them, not asked of the code under test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jiuzhu.bootstrap import build_office
from jiuzhu.domain.actor import Actor
from jiuzhu.service import (
    campaign_desk,
    dossier_disposal,
    dossiers,
    inbox,
    payments,
    refusals,
    registers,
    reports,
    sample_replacement,
    samples,
    schedule_desk,
    takeover,
    work,
)
from tests.conftest import settings_for, with_values
from tests.doors import Commands, Pages
from tests.forbidden import groups_of, joined
from tests.forbidden_year import BATCHES, DISTRICT, LOGINS, TOWN, WHY, Year, in_the_middle, ways
from tests.integration.people import person
from tests.integration.test_dossiers import KEEPER
from tests.integration.test_takeover import MAKER
from tests.payments import only
from tests.takeover_lists import as_csv, household
from tests.web.conftest import text_of
from workers.exchange.server import ExchangeServer

PAYS = {"county_payment", "county_payment_checker"}
SEES_DRAWS = {"county_supervisor", "county_office", "county_leader", "auditor"}
SEES_MONEY = PAYS | SEES_DRAWS


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, prepared_database: Path, exchange: ExchangeServer) -> Iterator[Year]:
    """All tests share it: each of them holds that it leaves everything as it was."""
    home = tmp_path_factory.mktemp("year")
    shutil.copy(prepared_database, home / "jiuzhu.db")
    office = only(build_office(with_values(settings_for(home), exchange={"url": exchange.url})), BATCHES)
    yield in_the_middle(office)
    office.close()


def may(year: Year, actor: Actor, permission: str, *places: str) -> bool:
    """Say whether one of a person's roles has a permission at one of these places (anywhere when none is named)."""
    held = [group.partition("@") for group in actor.groups]
    return any(year.office.roles.by_id[role].may(permission) and (not places or at in places) for role, _, at in held)


def holds(actor: Actor, roles: set[str], place: str = DISTRICT) -> bool:
    return any(f"{role}@{place}" in actor.groups for role in roles)


Act = tuple[str, str, Callable[[Actor], bool], Callable[[Actor], object]]
"""Name of the log, rule ('' where either not seen or not entitled), who may, what is tried."""


def acts(year: Year) -> list[Act]:
    office, here = year.office, (TOWN, DISTRICT)

    def schedules(one: Actor) -> bool:
        return may(year, one, "schedule", *here)

    def whole(one: Actor) -> bool:
        return may(year, one, "schedule", DISTRICT)

    def takes_over(one: Actor) -> bool:
        return may(year, one, "take_over", DISTRICT)

    def releases(one: Actor) -> bool:
        return may(year, one, "release", DISTRICT)

    def archives(one: Actor) -> bool:
        return may(year, one, "archive", *here)

    def disposes(one: Actor) -> bool:
        return may(year, one, "dispose", *here)

    def sees_money(one: Actor) -> bool:
        return holds(one, SEES_MONEY) or any(group.endswith(f"@{DISTRICT}.dept.finance") for group in one.groups)

    def draws(one: Actor) -> bool:
        return holds(one, SEES_DRAWS)

    def replaces(one: Actor) -> bool:
        return holds(one, {"county_supervisor"})

    def pays(one: Actor) -> bool:
        return holds(one, PAYS)

    answer = "明细编号,金额,结果,原因\n".encode()
    return [
        ("schedule", "R-25", schedules, lambda one: campaign_desk.start(office, one, TOWN, "", WHY)),
        ("schedule", "R-25", schedules, lambda one: campaign_desk.pause(office, one, year.campaign, WHY)),
        ("schedule", "R-25", schedules, lambda one: campaign_desk.resume(office, one, year.campaign)),
        ("schedule", "R-25", schedules, lambda one: campaign_desk.set_throttle(office, one, year.campaign, 5)),
        ("schedule", "R-13", whole, lambda one: schedule_desk.run_now(office, one, BATCHES, WHY, district=DISTRICT)),
        ("schedule", "R-13", whole, lambda one: schedule_desk.dry_run(office, one, BATCHES, DISTRICT)),
        ("schedule", "R-13", whole, lambda one: schedule_desk.pause(office, one, BATCHES, WHY, DISTRICT)),
        ("schedule", "R-13", whole, lambda one: schedule_desk.resume(office, one, BATCHES, DISTRICT)),
        ("import", "", takes_over, lambda one: takeover.submit(office, one, year.handed_over)),
        ("import", "", releases, lambda one: takeover.release(office, one, year.handed_over)),
        ("import", "", releases, lambda one: takeover.give_back(office, one, year.handed_over, WHY)),
        ("import", "", releases, lambda one: takeover.undo(office, one, year.released, WHY)),
        ("import", "R-16", lambda one: takes_over(one) or releases(one),
         lambda one: takeover.opening_lines(office, one, year.released)),
        ("import", "R-25", lambda one: may(year, one, "take_over"),
         lambda one: takeover.check(office, one, as_csv(household(9)), "名单.csv")),
        ("dossier", "", archives, lambda one: dossiers.move_paper(office, one, year.kept, "别处", "某人")),
        ("dossier", "", archives, lambda one: dossier_disposal.ask(office, one, year.kept, WHY)),
        ("dossier", "", disposes, lambda one: dossier_disposal.confirm(office, one, year.to_go)),
        ("dossier", "", disposes, lambda one: dossier_disposal.decline(office, one, year.to_go, WHY)),
        ("sample", "R-16", draws, lambda one: samples.show_draw(office, one, year.draw)),
        ("sample", "R-16", draws, lambda one: samples.verify(office, one, year.draw)),
        ("sample", "R-16", draws, lambda one: samples.export(office, one, year.draw)),
        ("sample", "", replaces, lambda one: sample_replacement.replace(office, one, year.draw, year.member, WHY)),
        ("open", "", sees_money, lambda one: payments.show_batch(office, one, year.batch)),
        ("open", "", pays, lambda one: payments.bank_file(office, one, year.batch)),
        ("message", "", pays, lambda one: payments.import_result(office, one, year.batch, answer)),
    ]  # fmt: skip


@pytest.mark.req("JC-01", "NH-12", "QJ-38", "JC-45")
def test_nobody_else_moves_what_the_year_moves(year: Year) -> None:
    tried = 0
    groups = {task: groups_of(year.watch, task) for task in year.tasks.values()}
    with year.nothing_differs():
        for actor in year.people:
            for name, rule, entitled, attempt in acts(year):
                if not entitled(actor):
                    tried += 1
                    year.watch.refused(actor, name, attempt, rule=rule, about=f"{actor.groups}")
            for task in year.tasks.values():
                if not groups[task] & set(actor.groups):
                    year.refused(actor, "claim", "R-25", inbox.claim, task)
                    year.refused(actor, "complete", "", work.complete, task, {})
    assert tried > 1500
    assert {"Task_PlanCampaign", "Task_CommitSeed", "Task_CheckBatch"} <= set(year.tasks)
    assert {name for name, _ in year.watch.tried} <= set(refusals.ACTS), "each has its name on the page"
    assert {"R-13", "R-16", "R-25"} <= {rule for _, rule in year.watch.tried}


@pytest.mark.req("NH-25", "QJ-38", "JC-13", "JC-32")
def test_nobody_confirms_what_was_their_own(year: Year) -> None:
    """The right post does not help whoever did the first half: release, disposal, check of a batch (R-11)."""
    task = year.tasks["Task_CheckBatch"]
    maker = joined(person(year.office, MAKER), {f"county_leader@{DISTRICT}"})
    keeper = joined(person(year.office, KEEPER), {f"town_head@{TOWN}"})
    payer = joined(person(year.office, "jincheng-county_payment-1"), groups_of(year.watch, task))
    with year.nothing_differs():
        year.refused(maker, "import", "R-11", takeover.release, year.handed_over)
        year.refused(keeper, "dossier", "R-11", dossier_disposal.confirm, year.to_go)
        year.refused(keeper, "dossier", "R-11", dossier_disposal.decline, year.to_go, WHY)
        year.refused(payer, "claim", "R-11", inbox.claim, task)
        year.refused(payer, "complete", "R-11", work.complete, task, {})


@pytest.mark.req("QJ-38", "JC-18", "NH-54")
def test_reports_and_registers_are_their_readers_and_keepers(year: Year) -> None:
    """Each report and register by each role at its own place; a correction by everybody but who keeps the row."""
    at_home = {frozenset(one.roles): one for one in reversed(year.people)}
    with year.nothing_differs():
        for actor in at_home.values():
            for name, report in year.office.reports.items():
                if not actor.roles & set(report.readers):
                    year.refused(actor, "report", "R-16", reports.show_report, name)
                    year.refused(actor, "report", "R-16", reports.report_workbook, name)
            for name, register in year.office.registers.items():
                if not actor.roles & register.readers:
                    year.refused(actor, "register", "R-16", registers.show_register, name)
                if not actor.roles & register.write:
                    year.refused(actor, "register_entry", "", registers.add_row, name, {})
        for actor in year.people:
            if not holds(actor, {"county_office"}):
                again = {"corrects": year.row, "reason": WHY}
                year.refused(actor, "register_entry", "", registers.add_row, "training", {}, **again)
    assert sum(year.watch.tried.values()) > 500
    assert registers.show_register(year.office, person(year.office, MAKER), "training").rows[0].row_no == year.row


def line(refusal: Mapping[str, Any]) -> list[Any]:
    return [refusal[key] for key in ("actor", "act", "subject", "rule", "sentence")]


@pytest.mark.req("JC-01", "QJ-38", "JC-45")
def test_page_and_command_line_say_the_same_no(year: Year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "row.json"
    data.write_text("{}", "utf-8")
    pages, commands = Pages(year.office), Commands(year.office, tmp_path, monkeypatch)
    tokens = {login: pages.of(login).token() for login in LOGINS.values()}
    with year.nothing_differs():
        for who, login in LOGINS.items():
            for entitled, path, fields, arguments in ways(year, data):
                if who in entitled:
                    continue
                client, last = pages.of(login).client, len(year.watch.refusals())
                at_screen = (
                    client.get(path) if fields is None else client.post(path, data={**fields, "_csrf": tokens[login]})
                )
                said = commands.run(*arguments, "--as", login)
                logged = year.watch.refusals()[last:]
                assert len(logged) == 2, (who, path, arguments, at_screen.status_code, said.text, logged)
                page, command = logged
                assert at_screen.status_code in (403, 404), (who, path)
                assert not said.done, (who, arguments)
                assert page["sentence"] in text_of(at_screen), (who, path)
                assert command["sentence"] in said.text, (who, arguments)
                assert line(page) == line(command), (who, path)
