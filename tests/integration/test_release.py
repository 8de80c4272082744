"""Release by a second person: who may, when, what it changes for everybody, also in another process."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from jiuzhu.cli import deploy as deploy_command
from jiuzhu.cli import release as release_command
from jiuzhu.cli import show
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Conflict, DeploymentRefused, Forbidden, Invalid, NotFound
from jiuzhu.service import deployed, deployment, refusals, releasing, versions
from jiuzhu.service.deployed import Deployment
from jiuzhu.service.office import Office, system_actor
from tests.conftest import OfficeMaker
from tests.integration.people import person, walker_at
from tests.integration.test_deployment import CHECK, DESIGNER, MATERIALS, diagrams, item_name, renamed

LEADER = "jincheng-county_leader-1"
SECOND = {"second_person": True}
REFUSED = "把名称改回来"


def deployed_by(office: Office, login: str, name: str = "查看材料", **given: str) -> Deployment:
    """Deploy the shared diagram of the materials with another name for its human step."""
    return deployment.deploy(office, person(office, login), "materials", {MATERIALS: renamed(name)}, "Modeler", **given)


@pytest.fixture
def house(make_office: OfficeMaker) -> Office:
    """An office in which a second person releases."""
    return make_office(deployment=SECOND)


def test_what_waits_is_found_by_nobody_and_a_release_counts_in_every_process(make_office: OfficeMaker) -> None:
    house, other = make_office(deployment=SECOND), make_office(deployment=SECOND)
    before = walker_at(other, CHECK, household=1)
    made = deployed_by(house, DESIGNER)
    assert (made.state, made.definitions[0].released) == ("waiting", False)
    waiting = [walker_at(one, CHECK, household=number) for number, one in ((2, house), (3, other))]
    assert {item_name(one) for one in (before, *waiting)} == {"审核申请材料"}
    releasing.release(house, person(house, LEADER), made.id)
    # Both processes had asked for what is released, and for what this deployment holds.
    assert item_name(walker_at(other, CHECK, household=4)) == "查看材料"
    assert item_name(walker_at(house, CHECK, household=5)) == "查看材料"
    assert item_name(before) == "审核申请材料"
    rows = versions.of_process(house, person(house, LEADER), "shared_materials")
    assert [(one.definition.version, one.current, one.running, one.called) for one in rows] == [
        (2, True, 0, 2),
        (1, False, 0, 3),
    ]
    assert (rows[0].deployed_by, rows[0].decided_by) == (person(house, DESIGNER).name, person(house, LEADER).name)
    own = versions.of_process(house, person(house, LEADER), "jincheng_application")
    assert [(one.running, one.called) for one in own] == [(5, 0)]


def test_who_may_release(house: Office) -> None:
    both = person(house, DESIGNER)
    both = Actor(
        person_id=both.person_id, login=both.login, name=both.name, groups=(*both.groups, "county_leader@jincheng")
    )
    made = deployment.deploy(house, both, "own", {MATERIALS: renamed("查看材料")}, "Modeler", tenant="jincheng")
    for actor, rule in (
        (both, "R-27"),
        (person(house, DESIGNER), "R-25"),
        (person(house, "jincheng-town_confirmer-1"), "R-25"),
        (person(house, "ninghe-county_leader-1"), "R-16"),
        (system_actor(), "R-25"),
    ):
        for act in (
            lambda one: releasing.release(house, one, made.id),
            lambda one: releasing.send_back(house, one, made.id, REFUSED),
        ):
            with pytest.raises(Forbidden) as refused:
                act(actor)
            assert refused.value.rule == rule
    logged = refusals.list_refusals(house, system_actor())
    assert {(row["act"], row["subject"]) for row in logged} == {("deploy_release", made.id)}
    assert {row["rule"] for row in logged} == {"R-16", "R-25", "R-27"}
    assert len(logged) == 10
    page = releasing.show(house, both, made.id)
    assert (page.may_decide, page.why_not) == (False, "部署人不能放行自己的部署，请由另一个人放行。")
    assert releasing.show(house, person(house, LEADER), made.id).may_decide


def test_sent_back_with_a_reason_and_asked_again(house: Office) -> None:
    leader = person(house, LEADER)
    made = deployed_by(house, DESIGNER)
    with pytest.raises(Invalid, match="理由"):
        releasing.send_back(house, leader, made.id, " \n ")
    back = releasing.send_back(house, leader, made.id, f" {REFUSED}\n")
    assert (back.state, back.reason, back.decided_by) == ("returned", REFUSED, leader.person_id)
    for act in (releasing.release, lambda *given: releasing.send_back(*given, REFUSED)):
        with pytest.raises(Conflict):
            act(house, leader, made.id)
    again = deployed_by(house, DESIGNER)
    assert (again.duplicate, again.state) == (False, "waiting")
    assert deployed_by(house, DESIGNER).id == again.id
    assert item_name(walker_at(house, CHECK)) == "审核申请材料"
    with house.store.engine.connect() as connection:
        acts = connection.execute(text("select act, actor_name, sentence from office_audit order by id")).all()
    assert [(act, who) for act, who, _ in acts[-3:]] == [
        ("deploy", person(house, DESIGNER).name),
        ("deploy_return", leader.name),
        ("deploy", person(house, DESIGNER).name),
    ]
    assert acts[-2].sentence == f"退回部署“materials”：{REFUSED}"
    with pytest.raises(NotFound):
        releasing.release(house, leader, "no-such")


def test_a_later_release_replaces_what_waits_and_is_not_undone_by_it(house: Office) -> None:
    leader = person(house, LEADER)
    first, second = deployed_by(house, DESIGNER, "查看材料"), deployed_by(house, DESIGNER, "再看材料")
    assert releasing.release(house, leader, second.id).state == "released"
    replaced = deployed.one_deployment(house, leader, first.id)
    assert (replaced.state, "替代" in replaced.reason) == ("replaced", True)
    third, fourth = (
        deployed_by(house, DESIGNER, "三看材料"),
        deployment.deploy(house, system_actor(), "materials", {MATERIALS: renamed("四看材料")}, "jiuzhu deploy"),
    )
    assert fourth.state == "released"
    with pytest.raises(Conflict, match="更新的版本"):
        releasing.release(house, leader, third.id)
    assert item_name(walker_at(house, CHECK)) == "四看材料"


def test_it_is_checked_again_among_what_is_released_by_then(house: Office) -> None:
    """A form that a waiting diagram leans on is taken away by a release in between."""
    files = diagrams()
    name, called = "jincheng/jincheng_application.bpmn", b'calledElement="shared_materials"'
    alone = files[MATERIALS].replace(b"shared_materials", b"jincheng_materials")
    changed = files[name].replace(called, b'calledElement="jincheng_materials"')
    designer, leader = person(house, DESIGNER), person(house, LEADER)
    with pytest.raises(DeploymentRefused):
        deployment.deploy(house, designer, "main", {name: changed}, "Modeler")
    part = deployment.deploy(house, designer, "part", {"jincheng/jincheng_materials.bpmn": alone}, "Modeler")
    with pytest.raises(DeploymentRefused):  # what waits is not there for others
        deployment.deploy(house, designer, "main", {name: changed}, "Modeler")
    releasing.release(house, leader, part.id)
    main = deployment.deploy(house, designer, "main", {name: changed}, "Modeler")
    with house.store.engine.begin() as connection:
        connection.execute(text("update definition set released = false where key = 'jincheng_materials'"))
        connection.execute(text("update deployment set state = 'returned' where name = 'part'"))
    with pytest.raises(DeploymentRefused):
        releasing.release(house, leader, main.id)
    assert any(one.severity == "error" for one in releasing.show(house, leader, main.id).findings)


def test_where_no_second_person_is_asked_for(make_office: OfficeMaker) -> None:
    office = make_office(deployment={"second_person": False})
    made = deployed_by(office, DESIGNER)
    assert (made.state, item_name(walker_at(office, CHECK))) == ("released", "查看材料")


def test_by_command_line(house: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(show, "open_office", lambda: house)
    (tmp_path / "shared_materials.bpmn").write_bytes(renamed("查看材料"))
    told = CliRunner().invoke(deploy_command.deploy, [str(tmp_path), "--as", DESIGNER])
    number = re.search(r"jiuzhu release approve (\S+) --as", told.output)
    assert number, told.output
    listed = CliRunner().invoke(release_command.release, ["list", "--as", LEADER, "--json"])
    assert [one["id"] for one in json.loads(listed.output)] == [number[1]]
    assert person(house, DESIGNER).name in CliRunner().invoke(release_command.release, ["list", "--as", LEADER]).output
    seen = CliRunner().invoke(release_command.release, ["show", number[1], "--as", LEADER])
    assert "shared_materials  第 2 版（在用第 1 版）" in seen.output
    refused = CliRunner().invoke(release_command.release, ["approve", number[1], "--as", DESIGNER])
    assert isinstance(refused.exception, Forbidden)
    done = CliRunner().invoke(release_command.release, ["approve", number[1], "--as", LEADER])
    assert (done.exit_code, done.output) == (0, f"已放行：{tmp_path.name}\n")
    assert item_name(walker_at(house, CHECK)) == "查看材料"
    again = CliRunner().invoke(release_command.release, ["return", number[1], "--as", LEADER, "--reason", "晚了"])
    assert isinstance(again.exception, Conflict)
