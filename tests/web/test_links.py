"""Every address that a template builds exists, with the names that its page takes: a wrong one would be a failure."""

from __future__ import annotations

import re

from flask import Flask

from tests.conftest import ROOT

CALL = re.compile(r"url_for\(\s*['\"]([\w.]+)['\"]((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
NAME = re.compile(r"[,(]?\s*(\*\*)?(\w+)\s*=(?!=)")


def test_every_address_of_the_templates_can_be_built(app: Flask) -> None:
    rules: dict[str, list[set[str]]] = {}
    for rule in app.url_map.iter_rules():
        rules.setdefault(rule.endpoint, []).append(set(rule.arguments) - set(rule.defaults or {}))
    seen, wrong = 0, []
    for path in sorted((ROOT / "webui" / "templates").rglob("*.html")):
        for endpoint, given in CALL.findall(path.read_text(encoding="utf-8")):
            seen += 1
            names = {name for _, name in NAME.findall(given)}
            if "**" not in given and not any(needed <= names for needed in rules.get(endpoint, [])):
                wrong.append(f"{path.name}: {endpoint} {sorted(names)}")
    assert seen > 150
    assert wrong == []
