"""The kit for Camunda Modeler: its linter, loaded as the Modeler loads it, says at once what a deployment would."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from jiuzhu.bootstrap import build_office
from jiuzhu.errors import NotFound
from jiuzhu.service import identity, modeler_kit
from tests.conftest import ROOT, settings_for
from tests.process.test_twenty_mistakes import MAIN, MISTAKES, sound

CLIENT = "resources/plugins/jiuzhu-linter/client.js"
SAID_WHILE_DRAWING = {
    "topic typo": ("topic", "case_open"),
    "group typo": ("group", "town_reviewer"),
    "form missing": ("form", "Form reference"),
    "form key unknown": ("form", "trial_reveiw"),
    "gateway without default": ("gateway", "Default flow"),
    "unset variable": ("variable", "decision"),
    "uncaught error": ("error", "AUTH_MISSING"),
    "script": ("code", "脚本"),
    "delegate class": ("code", "camunda:class"),
    "unquoted duration": ("variable", "P3D"),
    "message without entry": ("message", "trial.supplied"),
}
"""Mistake → rule of the linter, and what its sentence names (the right word, where there is one)."""


def read(data: bytes) -> dict[str, str]:
    """Return the files of a zip."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def linted(folder: Path, client: str, files: Sequence[Path]) -> Mapping[str, list[dict[str, str]]]:
    """Return file → reports of the linter, run by bpmnlint."""
    (folder / "client.js").write_text(client, encoding="utf-8")
    command = ["node", "tools/diagrams/kit_lint.mjs", str(folder / "client.js"), *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    found: Mapping[str, list[dict[str, str]]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory, prepared_database: Path) -> Mapping[str, str]:
    home = tmp_path_factory.mktemp("kit")
    shutil.copy(prepared_database, home / "jiuzhu.db")
    office = build_office(settings_for(home))
    try:
        designer = identity.actor_of(office, "jincheng-process_designer-1")
        made = modeler_kit.kit(office, designer)
        assert made == modeler_kit.kit(office, designer), "the same content gives the same bytes"
        with pytest.raises(NotFound):
            modeler_kit.kit(office, identity.actor_of(office, "jincheng-external_worker-1"))
    finally:
        office.close()
    return read(made)


def test_the_kit_holds_the_committed_templates_and_both_plugin_files(kit: Mapping[str, str]) -> None:
    for name in ("topics.json", "roles.json", "calls.json", "decisions.json"):
        committed = (ROOT / "bpmn" / ".camunda" / "element-templates" / name).read_text(encoding="utf-8")
        assert json.loads(kit[f"resources/element-templates/jiuzhu/{name}"]) == json.loads(committed)
    assert "./client.js" in kit["resources/plugins/jiuzhu-linter/index.js"]
    assert "resources" in kit["请先读我.txt"]


def test_our_own_diagrams_are_passed_over_in_silence(kit: Mapping[str, str], tmp_path: Path) -> None:
    found = linted(tmp_path, kit[CLIENT], sorted((ROOT / "bpmn").rglob("*.bpmn")))
    assert len(found) == len(list((ROOT / "bpmn").rglob("*.bpmn")))
    assert {file: said for file, said in found.items() if said} == {}


def test_mistakes_are_said_while_drawing(kit: Mapping[str, str], tmp_path: Path) -> None:
    files = {"sound": sound()} | {one.name: one.files() for one in MISTAKES if one.name in SAID_WHILE_DRAWING}
    paths = {}
    for number, (name, made) in enumerate(files.items()):
        paths[name] = tmp_path / f"{number}.bpmn"
        paths[name].write_text(made[MAIN], encoding="utf-8")
    found = linted(tmp_path, kit[CLIENT], list(paths.values()))
    usual = {(one["rule"], one["id"]) for one in found[str(paths["sound"])]}
    assert {rule for rule, _ in usual} == {"jiuzhu/form", "jiuzhu/decision", "jiuzhu/call"}, "not deployed yet"
    for mistake in MISTAKES:
        if mistake.name not in SAID_WHILE_DRAWING:
            continue
        rule, word = SAID_WHILE_DRAWING[mistake.name]
        said = [one for one in found[str(paths[mistake.name])] if one["rule"] == f"jiuzhu/{rule}"]
        if mistake.rule == "value.unset":
            assert any(word in one["message"] for one in said), (mistake.name, said)
        else:
            assert any(one["id"] == mistake.element and word in one["message"] for one in said), (mistake.name, said)
