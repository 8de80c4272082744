"""One field as it is drawn: which control, with which attributes, words and ticks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiuzhu.domain import identity
from jiuzhu.domain.formview import FieldKind, FieldView, FileView, KeptView, OptionView, SignatureView
from jiuzhu.engine.forms_choices import options_of, people_of
from jiuzhu.engine.forms_feel import Expression
from jiuzhu.engine.forms_ports import FieldPorts
from jiuzhu.engine.forms_post import post_text
from jiuzhu.engine.forms_schema import MANY_TYPES, Bound, Component
from jiuzhu.engine.forms_sheet import Scope, on, spoken, spoken_template
from jiuzhu.engine.forms_values import MOST_TEXT

_KINDS: Mapping[str, FieldKind] = {
    "textfield": "text",
    "textarea": "lines",
    "number": "number",
    "checkbox": "check",
    "checklist": "checks",
    "taglist": "checks",
    "radio": "radio",
    "select": "select",
    "expression": "computed",
}
_WIDGET_KINDS: Mapping[str, FieldKind] = {
    "attachments": "files",
    "signature": "signature",
    "people": "checks",
    "person": "select",
}
_WIDTHS = {"money": "num", "phone": "name", "id18": "name", "bank": "name", "person": "name"}
_ANCHOR = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A field at its place, with what was given there."""

    component: Component
    path: str
    given: object
    scope: Scope
    fault: str
    readonly: bool
    refreshes: bool


def anchor_of(path: str) -> str:
    """Return the HTML id of what stands at a path."""
    return "f-" + _ANCHOR.sub("-", path).strip("-")


def field_view(place: Place, ports: FieldPorts) -> FieldView:
    """Return how a field is drawn."""
    component, scope = place.component, place.scope
    kind = _kind(component)
    options = _options(component, place.given, scope, ports)
    files = _files(place.given, ports) if kind == "files" else ()
    return FieldView(
        kind=kind,
        name=place.path,
        anchor=anchor_of(place.path),
        label=spoken_template(component.label, scope),
        hint="" if place.readonly else spoken_template(component.hint, scope),
        required=on(component.required, scope),
        readonly=place.readonly,
        fault=place.fault,
        value=_typed(component, place.given),
        shown=_shown(component, place.given, options, files),
        options=options,
        files=files,
        signature=_signature(component, place.given, ports) if kind == "signature" else None,
        attributes=_attributes(component, kind, scope),
        width=_width(component, kind),
        span=component.layout_columns or 16,
        refreshes=place.refreshes,
        counter=_counter(component, scope) if kind == "lines" else 0,
    )


def kept_views(path: str, value: object) -> Iterator[KeptView]:
    """Spell a value as hidden fields, so that it comes back with the next post."""
    if value in (None, "", []):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from kept_views(f"{path}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from kept_views(f"{path}[{index}]" if isinstance(item, Mapping) else path, item)
    else:
        yield KeptView(name=path, value=post_text(value))


def _kind(component: Component) -> FieldKind:
    if component.widget in _WIDGET_KINDS:
        return _WIDGET_KINDS[component.widget]
    if component.type == "datetime":
        return "date" if component.subtype == "date" else "time" if component.subtype == "time" else "datetime"
    return _KINDS[component.type]


def _typed(component: Component, given: object) -> str:
    if given is None or isinstance(given, list | Mapping):
        return ""
    text = post_text(given)
    if component.type == "datetime" and component.subtype == "datetime":
        return re.sub(r"(:\d\d)(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?\Z", r"\1", text) if "T" in text else text
    return text


def _options(component: Component, given: object, scope: Scope, ports: FieldPorts) -> tuple[OptionView, ...]:
    chosen = {post_text(item) for item in (given if isinstance(given, list) else [given])} - {""}
    if component.widget in {"person", "people"}:
        offered = [
            OptionView(value=person.id, label=person.name, chosen=person.id in chosen, note=person.post)
            for person in people_of(component, scope, ports)
        ]
        known = {option.value for option in offered}
        others = (ports.person(item) for item in sorted(chosen - known))
        return (
            *offered,
            *(OptionView(value=other.id, label=other.name, chosen=True, note=other.post) for other in others if other),
        )
    if component.choices is None:
        return ()
    return tuple(
        OptionView(value=post_text(option.value), label=option.label, chosen=post_text(option.value) in chosen)
        for option in options_of(component, scope)
    )


def _files(given: object, ports: FieldPorts) -> tuple[FileView, ...]:
    found = []
    for item in given if isinstance(given, list) else []:
        attachment = ports.attachment(item) if isinstance(item, str) else None
        if attachment is not None:
            found.append(
                FileView(
                    id=attachment.id,
                    name=attachment.name,
                    size=_size(attachment.size),
                    picture=attachment.mime.startswith("image/"),
                )
            )
    return tuple(found)


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"


def _shown(component: Component, given: object, options: Sequence[OptionView], files: Sequence[FileView]) -> str:
    if component.widget == "attachments":
        return "、".join(file.name for file in files) or "—"
    if options and not isinstance(given, bool | Mapping):
        return "、".join(option.label for option in options if option.chosen) or "—"
    if isinstance(given, bool) and options:
        return next((option.label for option in options if option.chosen), spoken(given))
    if isinstance(given, Mapping):
        return spoken(given.get("name"))
    text = _word(component, spoken(given))
    if component.widget == "id18":
        return identity.mask_resident_id(text)
    if component.widget == "bank":
        return identity.mask_account(text)
    if component.widget == "money" and re.fullmatch(r"[0-9,]+\.[0-9]{2}", text):
        return f"{text} 元"
    return text


def _word(component: Component, text: str) -> str:
    """Say a computed code in the words of the property ``words`` (``granted: 同意, revoked: 撤销``)."""
    for pair in component.properties.get("words", "").split(","):
        code, _, word = pair.partition(":")
        if code.strip() == text and word.strip():
            return word.strip()
    return text


def _signature(component: Component, given: object, ports: FieldPorts) -> SignatureView:
    value: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    way = "paper" if value.get("way") == "paper" else "login"
    signer = str(value.get("person") or value.get("signer") or "")
    signed = ""
    if value.get("name") and value.get("at"):
        when = spoken(value["at"])
        recorded = f"纸质签字，由{value.get('recorder_name')}录入" if way == "paper" else "本人登录签字"
        signed = f"{value['name']}，{recorded}，{when}"
    return SignatureView(
        title=component.properties.get("title", "谁签字、谁负责"),
        statement=component.properties.get("statement", "以上内容属实"),
        actor=ports.actor.name,
        way=way,
        confirmed=value.get("confirm") is True,
        signers=tuple(
            OptionView(value=person.id, label=person.name, chosen=person.id == signer, note=person.post)
            for person in ports.signers()
        ),
        scan=_files(value.get("scan"), ports),
        signed=signed,
    )


def _attributes(component: Component, kind: FieldKind, scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    if kind in {"text", "lines"} and not component.widget:
        found["maxlength"] = str(_counter(component, scope))
    if component.widget == "money":
        found["inputmode"] = "decimal"
    elif component.widget in {"phone", "bank"}:
        found["inputmode"] = "numeric"
    if component.widget == "id18":
        found.update({"autocomplete": "off", "spellcheck": "false"})
    if kind == "number":
        found["inputmode"] = "numeric" if component.digits == 0 else "decimal"
    if component.widget == "attachments":
        found["accept"] = component.properties.get("accept", "")
    if component.type == "textfield" and "placeholder" in component.properties:
        found["placeholder"] = component.properties["placeholder"]
    return {name: value for name, value in found.items() if value}


def _counter(component: Component, scope: Scope) -> int:
    bound: Bound = component.max_length
    value = bound.value(scope) if isinstance(bound, Expression) else bound
    return int(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else MOST_TEXT[component.type]


def _width(component: Component, kind: FieldKind) -> str:
    if component.properties.get("width"):
        return component.properties["width"]
    if kind == "number":
        return "num"
    if kind in {"date", "time", "datetime"}:
        return "datetime" if kind == "datetime" else "date"
    if kind == "select" and component.type not in MANY_TYPES:
        return "name"
    return _WIDTHS.get(component.widget, "")
