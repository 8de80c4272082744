"""Forbidden acts that belong to no item, by every role at every place, and the same refusals through pages, command
line and the Modeler's REST door: refused with the rule, logged, nothing changed.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Forbidden
from jiuzhu.service import cases, clock, deployment, documents, identity, registers
from jiuzhu.service.office import Office
from tests.doors import Commands, Door, Pages
from tests.forbidden import Watch, everybody
from tests.process.diagram_files import CAMUNDA, load, properties
from tests.walks import Line, Walker, load_walks
from webui import create_app

WALKS = load_walks()
MODELER = Path(__file__).resolve().parents[1] / "data" / "modeler"
PETITION = {path.name: path.read_bytes() for path in sorted(MODELER.iterdir()) if path.suffix in {".bpmn", ".form"}}
OBJECTION = "notice.objection"


def hanging(office: Office, walk: str = "J1") -> Walker:
    """Return a case whose notice hangs and waits for objections."""
    walker = Walker(office, WALKS[walk])
    walker.arrange()
    walker.start()
    for text in walker.walk["order"]:
        if text.startswith("@"):
            break
        walker.complete(Line.parse(text))
    return walker


def district_of(actor: Actor, office: Office) -> str:
    with office.store.reading() as tx:
        places = [office.places.of(tx, place).district for place in actor.organisations]
    return places[0] if places else ""


def sees(actor: Actor, walker: Walker) -> bool:
    """Say who may read the case by ``config/roles.toml``: own organisation or all below, and what is open for them."""
    (head,) = walker.rows("select district, town, village from case_instance where record_no = :case_no")
    open_for = {row["group_name"] for row in walker.rows("select group_name from work_item where case_no = :case_no")}
    for group in actor.groups:
        role, _, place = group.partition("@")
        found = walker.office.roles.by_id[role]
        reach = {head["town"], head["village"]} | ({head["district"]} if found.scope == "below" else set())
        if found.may("read") and place in reach:
            return True
    return bool(open_for & set(actor.groups))


@pytest.mark.req("QJ-38", "JC-18", "NH-54")
@pytest.mark.parametrize("walk", ["J1", "X1", "N1", "Q1"])
def test_who_may_not_see_the_case_sees_no_paper_of_it(walk: str, office: Office) -> None:
    walker, watch = hanging(office, walk), Watch(office)
    people = everybody(office, walker)
    (paper,) = walker.rows("select document_no from document where case_no = :case_no limit 1")
    (form,) = walker.rows("select id from submission where case_no = :case_no limit 1")
    case_no = walker.case_no
    strangers = [actor for actor in people if not sees(actor, walker)]
    assert len(strangers) > len(people) // 2
    with watch.nothing_changes():
        for actor in strangers:
            watch.refused(actor, "case", lambda one: cases.show_case(office, one, case_no), rule="R-16")
            watch.refused(actor, "case", lambda one: cases.diagram(office, one, case_no), rule="R-16")
            watch.refused(
                actor, "document", lambda one: documents.document_html(office, one, paper["document_no"]), rule="R-16"
            )
            watch.refused(
                actor, "document", lambda one: documents.show_submission(office, one, form["id"]), rule="R-16"
            )
            assert case_no not in {
                one.case_no for one in cases.list_cases(office, actor, everything=True, limit=500).cases
            }
    for actor in people:
        if actor not in strangers:
            assert cases.show_case(office, actor, case_no).head.case_no == case_no


@pytest.mark.req("JC-01", "XT-03")
def test_who_may_not_start_enter_messages_deploy_or_open_registers(office: Office) -> None:
    walker, watch = hanging(office), Watch(office)
    people, case_no = everybody(office, walker), walker.case_no
    subscriptions = walker.rows("select properties from waiting where case_no = :case_no and kind = 'message'")
    assert any("entryGroups" in str(row["properties"]) for row in subscriptions)
    with watch.nothing_changes():
        for actor in people:
            starts(watch, actor, walker)
            if not any(role in actor.roles for role in ("town_reviewer", "town_intake", "village_officer")):
                watch.refused(actor, "message", lambda one: cases.send_message(office, one, case_no, OBJECTION, {}))
            if not office.roles.may(actor.groups, "deploy") or district_of(actor, office) != "jincheng":
                watch.refused(actor, "deploy", lambda one: deployment.deploy(office, one, "petition", PETITION, "test"))
            for name, register in registers_of(office).items():
                if not actor.roles & register.readers:
                    watch.refused(
                        actor,
                        "register",
                        lambda one, name=name: registers.show_register(office, one, name),
                        rule="R-16",
                    )
                if not actor.roles & register.write:
                    watch.refused(
                        actor, "register_entry", lambda one, name=name: registers.add_row(office, one, name, {})
                    )
    acts = {act for act, _ in watch.tried}
    assert acts == {"start", "message", "deploy", "register", "register_entry"}


def registers_of(office: Office) -> dict[str, registers.Register]:
    return {one: found for one in ("petitions", "training") if (found := office.registers.get(one)) is not None}


def starts(watch: Watch, actor: Actor, walker: Walker) -> None:
    """Try every process that people start and this person may not: wrong role, or another district's."""
    home = district_of(actor, watch.office)
    for key, diagram in load().items():
        starters = {one.strip() for one in (diagram.process.get(f"{CAMUNDA}candidateStarterGroups") or "").split(",")}
        owner = key.partition("_")[0]
        if starters == {""} or (starters & actor.roles and owner in {home, "shared"}):
            continue
        alone = properties(diagram.process).get("kind") in {"application", "matter"}
        about = None if alone else walker.case_no
        watch.refused(
            actor, "start", lambda one, key=key, about=about: cases.start_case(watch.office, one, key, {}, about=about),
            about=key,
        )  # fmt: skip


def test_outside_the_demo_nobody_moves_the_clock(office: Office) -> None:
    walker, watch = hanging(office), Watch(office)
    people = everybody(office, walker)
    office.settings = dataclasses.replace(office.settings, env="production")
    before = clock.office_now(office)
    with watch.nothing_changes():
        for actor in people:
            watch.refused(actor, "clock", lambda one: clock.advance_clock(office, one, timedelta(days=1)))
    assert clock.office_now(office) - before < timedelta(minutes=10)


def logins(office: Office) -> list[str]:
    """Return one demo person for each post of the case's district, and each role of another district."""
    found: dict[tuple[str, ...], str] = {}
    for person in identity.list_people(office):
        if person.login.startswith(("jincheng-", "ninghe-")):
            found.setdefault(person.groups, person.login)
    return list(found.values())


@contextmanager
def watched(watch: Watch, login: str, *acts: str) -> Iterator[None]:
    """Hold that a refusal by this person was logged under one of these acts."""
    last = watch.rows("select coalesce(max(id), 0) as last from refusal")[0]["last"]
    yield
    lines = watch.rows("select * from refusal where id > :last", last=last)
    assert {(line["actor"], line["act"] in acts) for line in lines} == {(login, True)}, (login, acts, lines)


@pytest.mark.req("JC-01", "XT-03")
@pytest.mark.parametrize("way", ["screen", "command line"])
def test_the_same_at_the_screen_and_on_the_command_line(
    way: str, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confirm, see the case, start, enter an objection, open a register: whoever lacks the post is told why."""
    walker = Walker(office, WALKS["J1"])
    walker.start()
    for text in walker.walk["order"][:6]:
        walker.complete(Line.parse(text))
    (item,) = walker.main_items()
    assert item["element_id"] == "Task_Confirm"
    door: Door = Pages(office) if way == "screen" else Commands(office, tmp_path, monkeypatch)
    people = [identity.actor_of(office, login) for login in logins(office)]
    watch, groups = Watch(office), {row["group_name"] for row in open_groups(walker, item["task_id"])}
    if isinstance(door, Pages):
        for actor in people:
            door.of(actor.login)  # logging in writes a session
    tried = 0
    with watch.nothing_changes():
        for actor in people:
            if not groups & set(actor.groups):
                tried += 1
                with watched(watch, actor.login, "claim", "complete", "open"):
                    said = door.claim(actor.login, item["task_id"])
                assert not said.done
                assert "不由您的岗位办理" in said.text
                with watched(watch, actor.login, "claim", "complete", "open"):
                    said = door.complete(actor.login, item["task_id"], {"decision": "granted"})
                assert not said.done
            if not sees(actor, walker):
                with watched(watch, actor.login, "case"):
                    said = door.case(actor.login, walker.case_no)
                assert not said.done
                assert "不在您的管辖范围内" in said.text
            if not actor.roles & {"town_intake", "village_officer", "grid_worker", "agent"}:
                with watched(watch, actor.login, "start"):
                    said = (
                        door.start(actor.login, "jincheng_application", {}) if way != "screen" else opened(door, actor)
                    )
                assert not said.done
                assert "不能启动这个流程" in said.text
    assert tried > 20


def open_groups(walker: Walker, task: str) -> list[dict[str, str]]:
    return walker.rows("select group_name from work_item where task_id = :task", task=task)


def opened(door: Door, actor: Actor) -> object:
    assert isinstance(door, Pages)
    return door._get(actor.login, "/start/jincheng_application")


@pytest.mark.req("JC-01")
def test_the_modelers_door_deploys_for_designers_of_the_district_only(office: Office) -> None:
    app, watch = create_app(office), Watch(office)
    people = [identity.actor_of(office, login) for login in logins(office)]
    own = next(actor for actor in people if actor.login == "jincheng-process_designer-1")
    secrets = {actor.login: identity.open_session(office, actor) for actor in people}

    def press(actor: Actor) -> int:
        files = {name: (io.BytesIO(data), name) for name, data in PETITION.items()}
        answer = app.test_client().post(
            "/engine-rest/deployment/create",
            data={"deployment-name": "petition", **files},
            headers={"Authorization": f"Bearer {secrets[actor.login]}"},
        )
        return answer.status_code

    with watch.nothing_changes():
        for actor in people:
            if actor != own:
                with watched(watch, actor.login, "deploy"):
                    assert press(actor) == 403
    assert press(own) == 200
    with pytest.raises(Forbidden):
        deployment.deploy(office, people[0], "petition", PETITION, "test")
