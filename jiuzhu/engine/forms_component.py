"""Read one component of a ``.form`` file; ``forms_parse`` goes through the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from jiuzhu.engine.forms_feel import Expression, FeelFault, expression
from jiuzhu.engine.forms_pattern import pattern_fault
from jiuzhu.engine.forms_schema import (
    CONTAINER_TYPES,
    INPUT_TYPES,
    MANY_TYPES,
    OPTION_TYPES,
    WIDGETS,
    Bound,
    Choices,
    Column,
    Component,
    Option,
    Switch,
    Template,
)

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_FORBIDDEN_KEYS = frozenset({"typename", "this", "parent", "i"})


class FileReader(Protocol):
    """Whoever reads the file: collects faults and reads what stands inside a component."""

    def fault(self, component_id: str, sentence: str) -> None:
        """Note what is wrong with a component."""
        ...

    def nested(self, raw: object, depth: int) -> tuple[Component, ...]:
        """Read the components inside a group or list."""
        ...


class ComponentReader:
    """Reads one component; every method returns a usable value and reports what is wrong."""

    def __init__(self, owner: FileReader, raw: Mapping[str, Any], component_id: str, kind: str) -> None:
        self._owner = owner
        self._raw = raw
        self._id = component_id
        self._kind = kind
        validate = raw.get("validate")
        self._validate: Mapping[str, Any] = validate if isinstance(validate, dict) else {}

    def read(self, depth: int) -> Component:
        raw, kind = self._raw, self._kind
        properties = self._properties()
        drawn = raw.get("layout")
        layout: Mapping[str, Any] = drawn if isinstance(drawn, dict) else {}
        label = raw.get("dateLabel") or raw.get("timeLabel") if kind == "datetime" else None
        if kind == "group" and raw.get("path"):
            self._fault("分组不要填写路径，键直接写变量名")
        check = properties.get("check", "")
        if check and not properties.get("checkText"):
            self._fault("有规则 check，就要有不满足时的说明 checkText")
        return Component(
            type=kind,
            id=self._id,
            key=self._key(),
            label=self._template(label if label is not None else raw.get("label")),
            hint=self._template(raw.get("description")),
            text=self._template(raw.get("text")) if kind == "text" else Template(parts=()),
            required=self._required(properties),
            readonly=self._switch(raw.get("readonly", False), "readonly"),
            disabled=raw.get("disabled") is True,
            hide=self._hide(),
            choices=self._choices() if kind in OPTION_TYPES else None,
            default=raw.get("defaultValue"),
            min_length=self._bound("minLength"),
            max_length=self._bound("maxLength"),
            pattern=self._pattern(),
            pattern_text=properties.get("patternText", ""),
            validation_type=self._validation_type(),
            minimum=self._bound("min"),
            maximum=self._bound("max"),
            digits=self._digits(),
            step=self._step(),
            subtype=self._subtype(),
            widget=self._widget(properties),
            properties=properties,
            check=self._feel(check, "check") if check else None,
            check_text=properties.get("checkText", ""),
            expression=self._feel(raw.get("expression"), "expression") if kind == "expression" else None,
            source=self._feel(raw.get("dataSource"), "dataSource") if kind == "table" else None,
            columns=self._columns() if kind == "table" else (),
            children=self._owner.nested(raw.get("components"), depth + 1) if kind in CONTAINER_TYPES else (),
            can_add=raw.get("allowAddRemove", True) is not False and not properties.get("rowsFrom"),
            first_rows=self._whole(raw.get("defaultRepetitions", 1), "defaultRepetitions"),
            layout_row=str(layout.get("row") or ""),
            layout_columns=layout.get("columns") if isinstance(layout.get("columns"), int) else None,
        )

    def _fault(self, sentence: str) -> None:
        self._owner.fault(self._id, sentence)

    def _key(self) -> str:
        if self._kind == "dynamiclist":
            key = self._raw.get("path")
        elif self._kind in INPUT_TYPES or self._kind == "expression":
            key = self._raw.get("key")
        else:
            return ""
        if not isinstance(key, str) or not KEY.match(key) or key in _FORBIDDEN_KEYS:
            self._fault(
                "键只能用小写字母、数字和下划线，以字母开头，最长 60 个字符（typename、this、parent、i 不能用）"
            )
            return f"invalid_{len(self._id)}"
        return key

    def _properties(self) -> Mapping[str, str]:
        raw = self._raw.get("properties", {})
        if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
            self._fault("自定义属性的值只能是文字")
            return {}
        return dict(raw)

    def _widget(self, properties: Mapping[str, str]) -> str:
        widget = properties.get("widget", "")
        if widget and (self._kind != "textfield" or widget not in WIDGETS):
            self._fault(f"widget = {widget} 不认识，或不是 textfield；可用：{'、'.join(sorted(WIDGETS))}")
        if widget in {"person", "people"} and not properties.get("group"):
            self._fault("选人的栏目要有自定义属性 group，例如 town_investigator@${town}")
        return widget

    def _feel(self, raw: object, where: str) -> Expression | None:
        if not isinstance(raw, str) or not raw.strip():
            self._fault(f"{where} 应是以 = 开头的 FEEL 表达式")
            return None
        try:
            return expression(raw)
        except FeelFault as exc:
            self._fault(f"{where} 的 FEEL 表达式不能用：{exc}")
            return None

    def _switch(self, raw: object, where: str) -> Switch:
        if isinstance(raw, bool):
            return raw
        return self._feel(raw, where) or False

    def _required(self, properties: Mapping[str, str]) -> Switch:
        required = self._validate.get("required", False)
        if not isinstance(required, bool):
            self._fault("required 只能是勾选或不勾选：form-js 不会计算这里的表达式，请改用自定义属性 requiredIf")
            return False
        condition = properties.get("requiredIf", "")
        if condition and required:
            self._fault("required 和 requiredIf 只用一个")
        return (self._feel(condition, "requiredIf") or False) if condition else required

    def _hide(self) -> Expression | None:
        conditional = self._raw.get("conditional")
        if not isinstance(conditional, dict) or not conditional.get("hide"):
            return None
        return self._feel(conditional["hide"], "conditional.hide")

    def _bound(self, name: str) -> Bound:
        raw = self._validate.get(name)
        if raw is None or raw == "":
            return None
        if isinstance(raw, str) and raw.lstrip().startswith("="):
            return self._feel(raw, name)
        if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
            self._fault(f"{name} 应是数字")
            return None
        try:
            return Decimal(raw)
        except ArithmeticError:
            self._fault(f"{name} 应是数字")
            return None

    def _pattern(self) -> str:
        pattern = self._validate.get("pattern")
        if not pattern:
            return ""
        if not isinstance(pattern, str):
            self._fault("pattern 应是文字")
            return ""
        fault = pattern_fault(pattern)
        if fault:
            self._fault(fault)
            return ""
        return pattern

    def _validation_type(self) -> str:
        kind = self._validate.get("validationType", "")
        if kind not in {"", "custom", "email", "phone"}:
            self._fault(f"不认识的 validationType {kind}")
        return str(kind)

    def _digits(self) -> int | None:
        if self._kind != "number":
            return None
        raw = self._raw.get("decimalDigits")
        digits = None if raw is None else self._whole(raw, "decimalDigits")
        if digits != 0 and self._raw.get("serializeToString") is not True:
            self._fault("不是整数的数字请勾选 Output value: Serialize to string，避免小数误差；整数请把小数位数设为 0")
        return digits

    def _step(self) -> Decimal | None:
        raw = self._raw.get("increment")
        if raw in (None, ""):
            return None
        try:
            step = Decimal(str(raw))
        except ArithmeticError:
            step = Decimal(0)
        if step <= 0:
            self._fault("increment 应是大于 0 的数字")
            return None
        return step

    def _whole(self, raw: object, where: str) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 100:
            self._fault(f"{where} 应是 0 到 100 的整数")
            return 0
        return raw

    def _subtype(self) -> str:
        if self._kind != "datetime":
            return ""
        subtype = self._raw.get("subtype")
        if subtype not in {"date", "time", "datetime"}:
            self._fault("日期组件的 subtype 应是 date、time 或 datetime")
            return "date"
        return str(subtype)

    def _choices(self) -> Choices | None:
        raw = self._raw
        if raw.get("valuesExpression"):
            return Choices(expression=self._feel(raw["valuesExpression"], "valuesExpression"))
        if raw.get("valuesKey"):
            return Choices(key=str(raw["valuesKey"]))
        options = raw.get("values")
        if not isinstance(options, list) or not options:
            self._fault("没有选项：填写 values、valuesKey 或 valuesExpression")
            return None
        fixed: list[Option] = []
        for option in options:
            value = option.get("value") if isinstance(option, dict) else None
            label = option.get("label") if isinstance(option, dict) else None
            if not isinstance(value, str | int | bool) or value == "" or not isinstance(label, str) or not label:
                self._fault("每个选项都要有 value 和 label")
                return None
            fixed.append(Option(value=value, label=label))
        if len({str(option.value).lower() for option in fixed}) < len(fixed):
            self._fault("选项的 value 有重复")
        if self._kind in MANY_TYPES and any(isinstance(option.value, bool) for option in fixed):
            self._fault("多选的 value 不能是 true 或 false")
        return Choices(fixed=tuple(fixed))

    def _columns(self) -> tuple[Column, ...]:
        raw = self._raw.get("columns")
        if not isinstance(raw, list) or not raw:
            self._fault("表格没有列：填写 columns")
            return ()
        return tuple(
            Column(key=str(column.get("key", "")), label=str(column.get("label", "")))
            for column in raw
            if isinstance(column, dict)
        )

    def _template(self, raw: object) -> Template:
        if raw is None or raw == "":
            return Template(parts=())
        if not isinstance(raw, str):
            self._fault("文字应是字符串")
            return Template(parts=())
        if raw.lstrip().startswith("="):
            computed = self._feel(raw, "文字")
            return Template(parts=(computed,) if computed else ())
        parts: list[str | Expression] = []
        for position, piece in enumerate(re.split(r"\{\{(.*?)\}\}", raw, flags=re.DOTALL)):
            if position % 2 == 0:
                if piece:
                    parts.append(piece)
            elif piece.lstrip().startswith(("#", "/", "^", ">", "!")):
                self._fault("文字里只能用 {{变量或表达式}}，不能用 {{#if}}、{{#loop}}")
            else:
                computed = self._feel("=" + piece, "文字")
                if computed:
                    parts.append(computed)
        return Template(parts=tuple(parts))
