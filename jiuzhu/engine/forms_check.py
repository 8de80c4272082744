"""Validate a completed form on the server, from the same schema that draws it.

The rules mirror form-js: ``readonly``, ``disabled`` and hidden fields are ignored whatever was sent; required means
given (a checkbox: checked); lengths count trimmed text; limits may be FEEL. Beyond form-js: unknown keys are refused
by name, dynamic lists have ``minRows``/``maxRows``, and ``check`` rules speak their own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jiuzhu.domain.topics import Values
from jiuzhu.engine.forms_choices import offered, options_of
from jiuzhu.engine.forms_feel import Expression
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_schema import MANY_TYPES, Bound, Component, Form, keyed
from jiuzhu.engine.forms_sheet import Node, Scope, Sheet, on, spoken_template
from jiuzhu.engine.forms_values import MOST_FILES, is_unset, stored, text_fault
from jiuzhu.errors import Invalid

MOST_ROWS = 50
MOST_CHARACTERS = 100_000
"""Longest single text that is looked at at all; anything longer is refused before any rule runs."""
_MOST_LEVELS = 8
_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")
"""What no database and no document can hold: NUL and halves of surrogate pairs."""


def validate(form: Form, submitted: Mapping[str, Any], *, context: Values, ports: FieldPorts) -> dict[str, Any]:
    """Check a completed form and return its stored values: visible input fields and computed ones only.

    ``submitted`` is what ``parse_post`` made of an HTML post, or JSON. Raises Invalid with ``faults`` by field path;
    its sentence counts them. Takes no lock, writes nothing.
    """
    faults = _unstorable(submitted, "", 1) or _unknown(form.components, submitted, "")
    if faults:
        raise _refused(faults)
    sheet = Sheet(form, submitted, context, ports)
    faults = {}
    result: dict[str, Any] = {}
    for node in sheet.nodes():
        component = node.component
        if node.hidden or component.type in {"text", "table", "separator", "spacer"}:
            continue
        sentence = _fault(node, sheet, ports)
        if sentence:
            faults[node.path] = sentence
        if node.row is None and component.key and _is_answer(node):
            result[component.key] = _row_answers(sheet, node) if component.is_list else stored(component, node.value)
    if faults:
        raise _refused(faults)
    return result


def _refused(faults: Mapping[str, str]) -> Invalid:
    return Invalid(f"还不能完成，请先改正 {len(faults)} 处。", faults)


def _is_answer(node: Node) -> bool:
    component = node.component
    if component.type == "expression" or component.is_list:
        return True
    return component.is_input and not component.disabled and not on(component.readonly, node.scope)


def _row_answers(sheet: Sheet, node: Node) -> list[dict[str, Any]]:
    """Return the rows with their inputs; rows of a fixed list keep the facts that were shown beside the inputs."""
    answers = []
    for row, values in zip(sheet.rows(node.path), node.value or [], strict=True):
        columns = {inner.key: inner for inner in keyed(node.component.children)}
        kept = {key: stored(columns[key], value) for key, value in values.items()}
        if not node.component.rows_from:
            for inner in columns.values():
                if inner.readonly is True or inner.disabled:
                    kept.pop(inner.key, None)
        elif node.component.row_key:
            kept[node.component.row_key] = row.base.get(node.component.row_key)
        answers.append(kept)
    return answers


def field_name(node: Node) -> str:
    """Name a field in a sentence, with the row it stands in: 李素云的月收入, or 第 2 行的月收入."""
    label = spoken_template(node.component.label, node.scope).rstrip("：:*？? ") or node.component.key
    if node.row is None or node.container is None:
        return label
    name = node.row.values.get(node.container.properties.get("rowName", "")) if node.component.key != "name" else None
    return f"{name}的{label}" if isinstance(name, str) and name else f"第 {node.row.index + 1} 行的{label}"


def about(node: Node, sentence: str) -> str:
    """Make a sentence name its field: a half sentence (应是金额) follows the name, a whole one only names the row."""
    if sentence.startswith(("应", "最多", "至少", "含有", "只能", "不符", "不能")):
        return field_name(node) + sentence
    return sentence if node.row is None else f"第 {node.row.index + 1} 行：{sentence}"


def missing_sentence(node: Node) -> str:
    """Say what to do about a required field that is empty."""
    component = node.component
    if component.properties.get("requiredText"):
        return component.properties["requiredText"]
    name = field_name(node)
    if component.widget == "signature":
        return "请签字：勾选“我签字”，或录入纸质签字"
    if component.widget == "attachments":
        return f"添加{name}"
    if component.type == "checkbox":
        return f"勾选“{name}”"
    if component.type in {"radio", "select", "checklist", "taglist"} or component.widget in {"person", "people"}:
        return f"选择{name}"
    return f"填写{name}"


def _fault(node: Node, sheet: Sheet, ports: FieldPorts) -> str | None:
    component, value = node.component, node.value
    unreadable = sheet.faults.get(node.path)
    if unreadable and not (component.is_input and (component.disabled or on(component.readonly, node.scope))):
        return (
            f"{field_name(node)}{unreadable}" if unreadable.startswith(("应", "最多", "含有", "只能")) else unreadable
        )
    if component.is_list:
        return _list_fault(node, sheet)
    if component.is_input and not component.disabled and not on(component.readonly, node.scope):
        if is_unset(component, value):
            if on(component.required, node.scope):
                return missing_sentence(node)
        else:
            sentence = _value_fault(node, ports)
            if sentence:
                return sentence
    return _rule_fault(node)


def _rule_fault(node: Node) -> str | None:
    component = node.component
    if component.check is None or (component.is_input and is_unset(component, node.value)):
        return None
    return None if component.check.value(node.scope) is True else component.check_text


def _value_fault(node: Node, ports: FieldPorts) -> str | None:
    component, value, scope = node.component, node.value, node.scope
    name = field_name(node)
    if component.widget in {"person", "people"}:
        return None if offered(component, value, scope, ports) else f"{name}只能从名单里选"
    if component.widget == "attachments":
        return _count_fault(component, value, name)
    if component.widget == "money":
        return _limits_fault(component, Decimal(str(value)), scope, name, floor=Decimal(0), unit=" 元")
    if component.type in {"textfield", "textarea"} and isinstance(value, str):
        sentence = text_fault(
            component, value, _whole(component.min_length, scope), _whole(component.max_length, scope), ports
        )
        return about(node, sentence) if sentence else None
    if component.type == "number":
        return _limits_fault(component, Decimal(str(value)), scope, name, floor=None, unit="")
    if component.choices is not None:
        known = {option.value for option in options_of(component, scope)}
        chosen = value if component.type in MANY_TYPES else [value]
        return None if all(_among(item, known) for item in chosen) else f"{name}只能从选项里选"
    return None


def _among(item: object, known: set[Any]) -> bool:
    return any(item == option and isinstance(item, bool) == isinstance(option, bool) for option in known)


def _count_fault(component: Component, value: Sequence[str], name: str) -> str | None:
    least = int(component.properties.get("min", "0"))
    most = int(component.properties.get("max", str(MOST_FILES)))
    if len(value) < least:
        return f"{name}至少要 {least} 个文件"
    return f"{name}最多 {most} 个文件" if len(value) > most else None


def _limits_fault(
    component: Component, number: Decimal, scope: Scope, name: str, *, floor: Decimal | None, unit: str
) -> str | None:
    least, most = _decimal(component.minimum, scope), _decimal(component.maximum, scope)
    least = floor if least is None else least
    if least is not None and number < least:
        return f"{name}不能小于 {least}{unit}"
    if most is not None and number > most:
        return f"{name}不能大于 {most}{unit}"
    if component.step is not None and (number - (least or Decimal(0))) % component.step:
        return f"{name}应是 {component.step} 的倍数"
    return None


def _list_fault(node: Node, sheet: Sheet) -> str | None:
    component, rows = node.component, sheet.rows(node.path)
    label = spoken_template(component.label, node.scope).rstrip("：: ")
    least = int(component.properties.get("minRows", "0"))
    most = int(component.properties.get("maxRows", str(MOST_ROWS)))
    bad = [sheet.faults[path] for path in sheet.faults if path.startswith(node.path + "[") and path.endswith("]")]
    if bad:
        return bad[0]
    if len(rows) < least:
        return component.properties.get("requiredText") or f"{label}至少填写 {least} 行"
    if len(rows) > most:
        return f"{label}最多 {most} 行"
    return _rule_fault(node)


def _decimal(bound: Bound, scope: Scope) -> Decimal | None:
    value = bound.value(scope) if isinstance(bound, Expression) else bound
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _whole(bound: Bound, scope: Scope) -> int | None:
    number = _decimal(bound, scope)
    return None if number is None else int(number)


def _unknown(components: Sequence[Component], submitted: Mapping[str, Any], prefix: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    known = {component.key: component for component in keyed(tuple(components))}
    for key, value in submitted.items():
        component = known.get(key)
        if component is None:
            if not prefix or key != "":
                faults[f"{prefix}{key}"] = f"这张表单没有“{key}”这一栏"
        elif component.is_list and isinstance(value, list):
            for index, row in enumerate(value):
                if isinstance(row, Mapping):
                    allowed = {name: item for name, item in row.items() if name != component.row_key}
                    faults.update(_unknown(component.children, allowed, f"{prefix}{key}[{index}]."))
    return faults


def _unstorable(value: object, path: str, level: int) -> dict[str, str]:
    """Find what no rule should ever see: keys that cannot be stored, endless text, endless nesting."""
    if level > _MOST_LEVELS:
        return {path: "内容嵌套过深"}
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            return {path: f"文字太长（{len(value)} 个字），不能保存"}
        return {path: "含有不能保存的字符，请删去后重填"} if _NO_TEXT.search(value) else {}
    faults: dict[str, str] = {}
    if isinstance(value, Mapping):
        for key, item in value.items():
            place = f"{path}.{key}" if path else str(key)
            if not isinstance(key, str) or key.startswith("$") or key == "typename" or len(key) > 60:
                faults[place[:80]] = f"不能使用名为“{str(key)[:60]}”的栏目"
            else:
                faults.update(_unstorable(item, place, level + 1))
    elif isinstance(value, list):
        if len(value) > 1000:
            return {path: "行数太多"}
        for index, item in enumerate(value):
            faults.update(_unstorable(item, f"{path}[{index}]", level + 1))
    return faults
