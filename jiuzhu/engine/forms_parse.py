"""Read a ``.form`` file: deny by default, every refusal a Chinese sentence with the component's id.

Faults are collected, not raised one by one: a designer sees all of them after one attempt to deploy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jiuzhu.engine.forms_component import KEY, ComponentReader
from jiuzhu.engine.forms_schema import SUPPORTED_TYPES, Component, Form
from jiuzhu.errors import Invalid

MOST_BYTES = 1_000_000
MOST_COMPONENTS = 400
MOST_DEPTH = 6
MOST_KEPT = 512
"""Forms kept as they were parsed, by their content: one case meets dozens, again and again."""

_INSTEAD = {
    "button": "页面自带完成和保存按钮，请删除这个按钮",
    "filepicker": "请改用 textfield，并加自定义属性 widget = attachments",
    "html": "请改用 text",
    "iframe": "表单里不能嵌入网页，请删除",
    "image": "表单里不能放图片，请删除",
    "documentPreview": "文书在案件页查看，请删除",
}


@lru_cache(maxsize=MOST_KEPT)
def parse_form(data: bytes) -> Form:
    """Parse a Camunda Form.

    Raises Invalid; its ``faults`` map a component's id ('' for the file) to what is wrong and what to do.
    """
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._faults: dict[str, str] = {}
        self._ids: set[str] = set()
        self._count = 0

    def read(self) -> Form:
        schema = self._json()
        form_id = schema.get("id")
        if not isinstance(form_id, str) or not KEY.match(form_id):
            raise _refused({"": "表单的 id 只能用小写字母、数字和下划线，以字母开头"})
        components = self._components(schema.get("components"), depth=1)
        self._refuse_double_keys(components)
        if self._faults:
            raise _refused(self._faults, form_id)
        return Form(id=form_id, components=components, sha256=hashlib.sha256(self._data).hexdigest())

    def _json(self) -> Mapping[str, Any]:
        if len(self._data) > MOST_BYTES:
            raise _refused({"": f"表单文件超过 {MOST_BYTES // 1000} kB"})
        try:
            schema = json.loads(self._data, parse_float=Decimal)
        except (ValueError, RecursionError) as exc:
            raise _refused({"": f"不是能读的 JSON：{exc}"}) from exc
        if not isinstance(schema, dict) or schema.get("type") != "default":
            raise _refused({"": '不是 Camunda 表单：缺少 "type": "default"'})
        return schema

    def _components(self, raw: object, *, depth: int) -> tuple[Component, ...]:
        if not isinstance(raw, list):
            self._fault("", "components 必须是列表")
            return ()
        if depth > MOST_DEPTH:
            self._fault("", f"分组嵌套超过 {MOST_DEPTH} 层")
            return ()
        found = (self._component(item, depth) for item in raw)
        return tuple(component for component in found if component is not None)

    def _component(self, raw: object, depth: int) -> Component | None:
        self._count += 1
        if self._count > MOST_COMPONENTS:
            self._fault("", f"组件超过 {MOST_COMPONENTS} 个，请拆成几张表单")
            return None
        if not isinstance(raw, dict):
            self._fault("", "组件必须是对象")
            return None
        component_id, kind = str(raw.get("id", "")), str(raw.get("type", ""))
        if not component_id or component_id in self._ids:
            self._fault(component_id, "组件没有 id，或 id 与别的组件重复")
        self._ids.add(component_id)
        if kind not in SUPPORTED_TYPES:
            self._fault(component_id, f"不支持组件类型 {kind}：" + _INSTEAD.get(kind, "请换成普通的输入组件"))
            return None
        return ComponentReader(self, raw, component_id, kind).read(depth)

    def nested(self, raw: object, depth: int) -> tuple[Component, ...]:
        return self._components(raw, depth=depth)

    def _fault(self, component_id: str, sentence: str) -> None:
        self._faults.setdefault(component_id, sentence)

    fault = _fault

    def _refuse_double_keys(self, components: Sequence[Component]) -> None:
        seen: dict[str, str] = {}
        stack = list(components)
        while stack:
            component = stack.pop(0)
            if component.key:
                if component.key in seen:
                    self._fault(
                        component.id, f"键 {component.key} 已由组件 {seen[component.key]} 使用，一个键只能有一处"
                    )
                seen[component.key] = component.id
            if component.is_list:
                self._refuse_double_keys(component.children)
            else:
                stack[:0] = component.children


def _refused(faults: Mapping[str, str], form_id: str = "") -> Invalid:
    named = "；".join(
        f"{component_id}：{sentence}" if component_id else sentence for component_id, sentence in faults.items()
    )
    return Invalid(f"表单{' ' + form_id if form_id else ''} 不能使用：{named}", faults)
