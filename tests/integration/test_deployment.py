"""Deploying: all or nothing, versions side by side, running cases on their bundle, a district's own diagrams."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from jiuzhu.errors import DeploymentRefused, Forbidden, Invalid
from jiuzhu.service import deployed, deployment
from jiuzhu.service.bundles import BundleShelf
from jiuzhu.service.office import Office, system_actor
from tests.conftest import OfficeMaker, diagrams
from tests.integration.people import open_item, person, walker_at
from tests.walks import Walker

MATERIALS = "shared/shared_materials.bpmn"
CHECK = "Task_CheckMaterials"
DESIGNER = "jincheng-process_designer-1"


def renamed(name: str) -> bytes:
    """Return the materials diagram with another name for its human step."""
    return diagrams()[MATERIALS].replace("审核申请材料".encode(), name.encode())


def item_name(walker: Walker) -> str:
    rows = walker.rows("select name from work_item where case_no = :case_no and element_id = :e", e=CHECK)
    return str(rows[0]["name"])


def definitions(office: Office) -> int:
    with office.store.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from definition")).scalar_one())


def test_an_unchanged_deployment_is_found_again(any_office: Office) -> None:
    before = definitions(any_office)
    first = deployed.list_deployments(any_office, system_actor())[0]
    again = deployment.deploy(any_office, system_actor(), "bpmn", diagrams(), "again")
    assert (again.id, again.duplicate, definitions(any_office)) == (first.id, True, before)
    forced = deployment.deploy(any_office, system_actor(), "bpmn", diagrams(), "again", duplicate_filtering=False)
    assert not forced.duplicate
    assert {one.version for one in forced.definitions} == {2}


def test_a_designer_changes_a_shared_diagram_for_cases_that_start_afterwards(any_office: Office) -> None:
    running = walker_at(any_office, CHECK, household=1)
    designer = person(any_office, DESIGNER)
    made = deployment.deploy(any_office, designer, "materials", {MATERIALS: renamed("查看材料")}, "Camunda Modeler")
    assert [(one.key, one.version) for one in made.definitions] == [("shared_materials", 2)]
    fresh = walker_at(any_office, CHECK, household=2)
    assert (item_name(running), item_name(fresh)) == ("审核申请材料", "查看材料")
    outcome = continue_to_end(running)
    assert "End_Granted" in outcome


def continue_to_end(walker: Walker) -> list[str]:
    """Work a started case to its end on the bundle with which it began."""
    original = walker.start
    walker.start = lambda: None  # type: ignore[method-assign]
    try:
        return walker.run().end_events
    finally:
        walker.start = original  # type: ignore[method-assign]


def test_a_district_with_a_diagram_of_its_own(make_office: OfficeMaker) -> None:
    office = make_office()
    deployment.deploy(office, system_actor(), "own", {MATERIALS: renamed("晋城看材料")}, "test", tenant="jincheng")
    assert item_name(walker_at(office, CHECK)) == "晋城看材料"
    assert item_name(walker_at(office, CHECK, walk="X1")) == "审核申请材料"


@pytest.mark.parametrize(
    "fault",
    [
        (b"<bpmn:definitions", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><bpmn:definitions"),
        (b'calledElement="shared_materials"', b'calledElement="shared_nowhere"'),
        (b"${intake_result == 'checked'}", b"${__import__('os').system('id')}"),
        (b'camunda:topic="benefit"', b'camunda:topic="no_such_topic"'),
    ],
)
def test_one_fault_refuses_everything(make_office: OfficeMaker, fault: tuple[bytes, bytes]) -> None:
    office = make_office()
    before = definitions(office)
    files = diagrams()
    name = "jincheng/jincheng_application.bpmn"
    assert fault[0] in files[name]
    files[name] = files[name].replace(*fault)
    files[MATERIALS] = renamed("另一个名字")
    with pytest.raises(DeploymentRefused) as refused:
        deployment.deploy(office, system_actor(), "bpmn", files, "test")
    assert any(getattr(one, "resource", "") == name for one in refused.value.findings)
    assert definitions(office) == before
    assert len(deployed.list_deployments(office, system_actor())) == 1


def test_only_designers_deploy_and_nothing_oversized(make_office: OfficeMaker) -> None:
    office = make_office()
    with pytest.raises(Forbidden):
        deployment.deploy(office, person(office, "jincheng-town_intake-1"), "x", {MATERIALS: renamed("x")}, "test")
    with pytest.raises(Invalid):
        deployment.deploy(office, system_actor(), "x", {}, "test")
    with pytest.raises(Invalid, match="太大"):
        deployment.deploy(office, system_actor(), "x", {"big.bpmn": b" " * (5 * 1024 * 1024)}, "test")


def test_two_cases_of_one_deployment_share_a_bundle(make_office: OfficeMaker) -> None:
    office = make_office()
    walkers = [walker_at(office, CHECK, household=number) for number in (1, 2)]
    used = {walker.rows("select bundle from case_instance where case_no = :case_no")[0]["bundle"] for walker in walkers}
    assert len(used) == 1
    assert open_item(walkers[0], CHECK)


@pytest.mark.parametrize(
    "name",
    ["../../etc/x.bpmn", "/etc/x.bpmn", "a\\b.bpmn", "a\x00b.bpmn", "a\r\nb.bpmn", "x" * 300 + ".bpmn", "a.exe", "a"],
)
def test_a_file_that_cannot_be_kept_or_read_is_refused_by_name(make_office: OfficeMaker, name: str) -> None:
    office = make_office()
    with pytest.raises(DeploymentRefused) as refused:
        deployment.deploy(office, system_actor(), "x", {name: b"<x/>", "b.txt": b""}, "test")
    assert [getattr(one, "rule", "").partition(".")[0] for one in refused.value.findings] == ["file", "file"]
    assert len(deployed.list_deployments(office, system_actor())) == 1


@pytest.mark.parametrize("words", [{"name": "n" * 300}, {"source": "a\x00"}, {"tenant": "nowhere"}])
def test_names_that_cannot_be_stored_are_refused(make_office: OfficeMaker, words: dict[str, str]) -> None:
    office = make_office()
    given: dict[str, str] = {"name": "x", "source": "test", **words}
    with pytest.raises(Invalid):
        deployment.deploy(office, system_actor(), resources={MATERIALS: renamed("x")}, **given)


def test_a_designer_leaves_other_districts_alone(make_office: OfficeMaker) -> None:
    office = make_office()
    stranger = person(office, "xintai-process_designer-1")
    own = {"own.bpmn": diagrams()["jincheng/jincheng_application.bpmn"]}
    with pytest.raises(Forbidden, match="晋城"):
        deployment.deploy(office, stranger, "x", own, "test")
    with pytest.raises(Forbidden, match="晋城"):
        deployment.deploy(office, stranger, "x", {MATERIALS: renamed("x")}, "test", tenant="jincheng")
    assert len(deployed.list_deployments(office, system_actor())) == 1
    assert deployment.deploy(office, person(office, DESIGNER), "x", own, "test").definitions


def test_every_process_works_by_what_was_deployed_last_from_its_next_transaction_on(make_office: OfficeMaker) -> None:
    office = make_office()
    other = BundleShelf(office.engine, office.topics)

    def versions(shelf: BundleShelf, district: str) -> int:
        with office.store.reading() as tx:
            return shelf.latest(tx, "shared_materials", district).version

    assert [versions(one, "jincheng") for one in (office.bundles, other)] == [1, 1]
    deployment.deploy(office, system_actor(), "materials", {MATERIALS: renamed("查看材料")}, "test")
    assert [versions(one, "jincheng") for one in (office.bundles, other)] == [2, 2]
    deployment.deploy(office, system_actor(), "own", {MATERIALS: renamed("晋城看材料")}, "test", tenant="jincheng")
    with office.store.reading() as tx:
        assert other.latest(tx, "shared_materials", "jincheng").tenant == "jincheng"
        assert other.latest(tx, "shared_materials", "ninghe").tenant is None
