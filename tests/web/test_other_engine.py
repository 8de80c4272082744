"""``jiuzhu work --engine-rest``: a case runs on another engine, its record, register and papers stand here.

The other engine is an office of our own without topics, behind our REST door on a real socket (``tests.foreign_door``):
every task waits there as an external one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from jiuzhu.bootstrap import build_office
from jiuzhu.cli import cli, show
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import ConfigurationError
from jiuzhu.foreign.client import EngineClient, EngineUnreachable
from jiuzhu.foreign.runner import ForeignRunner
from jiuzhu.service import cases, identity, incidents, recusals
from jiuzhu.service.office import Office
from tests.camunda_door import served
from tests.conftest import PASSWORD, settings_for, with_values
from tests.foreign_door import create_other
from tests.walks import Line, Walker, load_walks
from workers.exchange.server import ExchangeServer

J1 = load_walks()["J1"]
WORKER = "jincheng-external_worker-1"


class There(Walker):
    """The household at the other engine; our topics are worked by ``jiuzhu work``."""

    runner_here: ForeignRunner
    sent: dict[str, Any]

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        ref = cases.start_case(self.office, actor, self.process, data)
        self.sent[ref.id] = data
        return ref.case_no

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        self.sent[task] = data
        super().submit(actor, task, data)

    def settle(self) -> None:
        self.runner_here.drain()


class Both:
    """The office here and the engine there, with one household's case."""

    def __init__(self, here: Office, there: Office, url: str, sent: dict[str, Any]) -> None:
        self.here, self.there, self.url = here, there, url
        self.client = EngineClient(url, WORKER, PASSWORD)
        self.walker = There(there, J1)
        self.walker.runner_here = ForeignRunner(here, self.client)
        self.walker.sent = sent
        self.told: list[dict[str, Any]] = []

    def here_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask our database."""
        with self.here.store.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def complete(self, *elements: str) -> None:
        """Complete these items of the walk at the other engine."""
        for line in (Line.parse(one) for one in J1["order"] if not one.startswith("@")):
            if line.element in elements:
                self.walker.complete(line)

    def waiting_there(self) -> list[str]:
        """Return where the case waits for people."""
        return sorted({row["element_id"] for row in self.walker.open_items()})


@pytest.fixture
def both(
    tmp_path: Path, prepared_database: Path, exchange: ExchangeServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Both]:
    """Two offices with the same people and files, on databases of their own; one of them knows no topics."""
    # A worker sends its password with each of a hundred requests: here one slow comparison does.
    monkeypatch.setattr(identity, "_matches", lru_cache(identity._matches))
    made: list[Office] = []
    for name in ("there", "here"):
        shutil.copy(prepared_database, tmp_path / f"{name}.db")
        settings = settings_for(tmp_path, url=f"sqlite:///{tmp_path / name}.db")
        made.append(build_office(with_values(settings, jobs={"retry": "R3/PT0S"}, exchange={"url": exchange.url})))
    there, here = made
    app = create_other(there)
    with served(there, app=app) as (host, port):
        pair = Both(here, there, f"http://{host}:{port}/engine-rest", app.extensions["sent"])
        pair.told = app.extensions["told"]
        clerk = pair.walker.actor("town_intake")
        pair.walker.attachment(clerk)
        with there.store.engine.connect() as source, here.store.engine.begin() as target:
            for row in source.execute(text("select * from attachment")).mappings():
                names = ", ".join(row)
                places = ", ".join(f":{name}" for name in row)
                target.execute(text(f"insert into attachment ({names}) values ({places})"), dict(row))
        yield pair
    for office in made:
        office.close()


def test_record_tasks_of_another_engine_write_our_record(both: Both) -> None:
    both.walker.start()
    assert both.waiting_there() == ["Task_CheckMaterials"]
    both.complete("Task_CheckMaterials")
    assert both.waiting_there() == ["Task_IssueReport"]

    [(case_no, status, town)] = both.here_rows("select case_no, status, town from case_instance")
    assert (status, town) == ("accepted", "140502100")
    handed = both.here_rows("select form, element_id, person from submission order by sequence")
    clerk = both.walker.actor("town_intake").person_id
    assert handed == [
        ("application", "Start_Application", clerk),
        ("acceptance_check", "Task_CheckMaterials", clerk),
    ]
    assert both.here_rows("select count(*) from document where template = 'acceptance_notice'") == [(1,)]
    assert both.here_rows("select count(*) from household") == [(1,)]
    assert both.here_rows("select count(*) from foreign_task where settled_at is null") == [(0,)]
    # The errand went out to the departments' exchange, and what they answered stands here.
    assert both.here_rows("select count(*) from means_query")[0][0] > 0
    # Nothing of the record stands in the other engine.
    assert both.walker.rows("select * from document") == []

    shown = [set(one["modifications"]) for one in both.told if one["path"].endswith("/localVariables")]
    assert shown == [{"checklist_rows", "missing_choices", "shared_materials"}, {"verification_rows"}]

    page = cases.show_case(both.here, both.walker.actor("town_intake"), case_no)
    assert not page.head.ended_at


def test_what_was_done_is_not_done_again_when_the_answer_was_lost(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    both.walker.start()
    tell, lost = EngineClient.complete, []

    def complete(self: EngineClient, worker: str, task_id: str, variables: Any) -> None:
        topic = both.here_rows(f"select topic from foreign_task where id = '{task_id}'")[0][0]
        if topic == "document" and not lost:
            lost.append(task_id)
            raise EngineUnreachable("gone")
        tell(self, worker, task_id, variables)

    monkeypatch.setattr(EngineClient, "complete", complete)
    with pytest.raises(EngineUnreachable):
        both.complete("Task_CheckMaterials")
    assert both.here_rows("select count(*) from document where template = 'acceptance_notice'") == [(1,)]
    both.client.call("POST", f"/external-task/{lost[0]}/unlock")
    both.walker.settle()
    assert both.waiting_there() == ["Task_IssueReport"]
    assert both.here_rows("select count(*) from document where template = 'acceptance_notice'") == [(1,)]


def test_who_keeps_out_here_stops_the_case_there(both: Both) -> None:
    both.walker.start()
    [(case_no,)] = both.here_rows("select case_no from case_instance")
    clerk = both.walker.actor("town_intake")
    recusals.recuse(both.here, clerk, case_no, "与申请人是亲属")
    both.complete("Task_CheckMaterials")
    admin = identity.actor_of(both.there, "jincheng-county_admin-1")
    [found] = incidents.list_incidents(both.there, admin)
    assert "回避" in found.message
    assert both.here_rows("select form from submission") == [("application",)]


def test_a_number_as_a_variable_opens_no_running_case(both: Both) -> None:
    both.walker.start()
    from jiuzhu.service import foreign_cases

    [(record_no, instance)] = both.here_rows(
        "select c.record_no, f.id from case_instance c join foreign_instance f on f.case_id = c.id"
    )
    assert foreign_cases.find_case(both.here, "another", record_no) is None
    known = foreign_cases.find_case(both.here, instance, "")
    assert known is not None
    assert known.record_no == record_no


def test_the_command_serves_another_engine(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show, "open_office", lambda: both.here)
    both.walker.runner_here = by_command(both)
    both.walker.start()
    assert both.waiting_there() == ["Task_CheckMaterials"]


def by_command(both: Both) -> Any:
    """Return what works the tasks by the command line."""

    class ByCommand:
        def drain(self) -> int:
            arguments = ["work", "--engine-rest", both.url, "--user", WORKER, "--once"]
            done = CliRunner().invoke(cli, arguments, env={"JIUZHU_ENGINE_PASSWORD": PASSWORD})
            assert done.exit_code == 0, done.output
            return int(done.output.split()[0])

    return ByCommand()


def test_an_address_is_checked_and_an_unknown_topic_refused() -> None:
    with pytest.raises(ConfigurationError):
        EngineClient("ftp://127.0.0.1")
