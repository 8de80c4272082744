"""What a designer installs in Camunda Modeler: element templates and a linter that knows this office, as one zip.

Both are made from the workers' contracts, the posts, and what is deployed now, so they cannot say anything else than a
deployment does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.topics import TopicContract
from jiuzhu.engine import lint
from jiuzhu.engine.call_use import CallUse, call_uses
from jiuzhu.errors import NotFound
from jiuzhu.service import deployment, modeler_templates
from jiuzhu.service.office import Office, is_system

SCRIPT = Path(__file__).with_name("modeler_linter.js")
PLACE = "/*HOUSE*/null"
INDEX = 'module.exports = { name: "救助规程检查", script: "./client.js" };\n'
READ_ME = """救助规程设计工具

把压缩包里的 resources 文件夹整个解压到 Camunda Modeler 的用户数据文件夹，然后重新启动 Camunda Modeler：
  Windows  %APPDATA%/camunda-modeler
  macOS    ~/Library/Application Support/camunda-modeler
  Linux    ~/.config/camunda-modeler

装好以后：
- 选中任务，右侧“Template”里就有全部主题、岗位、共用流程和决策表的模板；
- 画图时左下角会随时指出写错的主题、岗位、表单、变量等（和部署时的检查是同一套名称）。
系统里的主题、表单或流程变了以后，请重新下载。
"""
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The same content gives the same bytes."""


def kit(office: Office, actor: Actor) -> bytes:
    """Return the zip. Raises NotFound for who may not read processes."""
    if not is_system(actor) and not office.roles.may(actor.groups, "read"):
        raise NotFound("没有可以查看的流程。")
    around = deployment.surroundings(office)
    templates = modeler_templates.element_templates(office.topics, office.roles, around.processes, around.decisions)
    files = {
        "请先读我.txt": READ_ME,
        "resources/plugins/jiuzhu-linter/index.js": INDEX,
        "resources/plugins/jiuzhu-linter/client.js": linter(office, around),
    }
    for name, found in templates.items():
        files[f"resources/element-templates/jiuzhu/{name}"] = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(ZipInfo(name, EARLIEST), files[name].encode(), ZIP_DEFLATED)
    return held.getvalue()


def linter(office: Office, around: lint.Surroundings) -> str:
    """Return the linter's script with everything in it that this office knows."""
    house = json.dumps(_house(office, around), ensure_ascii=False, sort_keys=True)
    # A script in a page could be ended by the text of a label.
    return _script().replace(PLACE, house.replace("</", "<\\/"))


@lru_cache(maxsize=1)
def _script() -> str:
    text = SCRIPT.read_text(encoding="utf-8")
    if PLACE not in text:
        raise RuntimeError(f"{SCRIPT.name} has no place for what the office knows")
    return text


def _house(office: Office, around: lint.Surroundings) -> Mapping[str, Any]:
    contracts = [topic.contract for topic in office.topics.values()]
    results = {name.name for contract in contracts for name in contract.outputs}
    uses = call_uses(around.processes)
    return {
        "topics": {one.topic: _topic(one) for one in contracts},
        "roles": {role.id: role.label for role in office.roles.by_id.values()},
        "forms": {key: sorted(set(form.keys) & set(office.variables.types)) for key, form in around.forms.items()},
        "decisions": {key: file.names[key] for key, file in around.decisions.items()},
        "processes": {
            key: {"name": file.name, "outs": list(use.outs), "brought": sorted(use.brought)}
            for key, file in around.processes.items()
            for use in (uses.get(key, CallUse()),)
        },
        "messages": dict.fromkeys(sorted(around.messages or ()), True),
        "variables": sorted({*office.variables.types, *around.given, *results}),
        "prefixes": sorted({prefix for contract in contracts for prefix in contract.prefixes}),
    }


def _topic(contract: TopicContract) -> Mapping[str, Any]:
    return {
        "label": contract.label,
        "errors": list(contract.errors),
        "inputs": [
            {
                "name": one.name,
                "label": one.label,
                "required": one.required,
                "drawn": one.drawn,
                "choices": list(one.choices),
            }
            for one in contract.inputs
        ],
    }
