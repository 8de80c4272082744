"""One field's value: from what was posted to what is stored, and the rules that need no other field.

Stored are JSON types only: text trimmed, whole numbers as int, all other numbers as decimal strings, money with two
places, dates as ISO 8601 (instants with the office's offset), choices as their codes, people and files as ids.
Not given is stored as ``''``, ``None`` (number, signature), ``False`` (checkbox) or ``[]``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from jiuzhu.domain import identity
from jiuzhu.engine.forms_pattern import matches
from jiuzhu.engine.forms_ports import FieldPorts, Person
from jiuzhu.engine.forms_schema import MANY_TYPES, Component
from jiuzhu.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
MOST_TEXT = {"textfield": 200, "textarea": 4000}
"""Longest text where the form sets no limit; 200 is what a process variable may hold."""
MOST_MONEY = Decimal("99999999.99")
MOST_FILES = 10

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5}\Z")
_ABROAD = re.compile(r"(\+|00)[1-9][0-9]{4,16}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?\Z")


class Wrong(Exception):
    """A value that cannot be read; the sentence follows the field's name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def unset(component: Component) -> object:
    """Return "nothing given" for this component, as conditions see it (form-js: null, but '' for text)."""
    if component.type == "checkbox":
        return False
    if component.type in MANY_TYPES or component.is_list or component.widget in {"attachments", "people"}:
        return []
    return "" if component.type in {"textfield", "textarea"} and component.widget != "signature" else None


def is_unset(component: Component, value: object) -> bool:
    """Tell whether a value counts as not given (form-js: null, empty, an unticked box)."""
    return value is None or value == "" or value == [] or (value is False and component.type == "checkbox")


def stored(component: Component, value: object) -> object:
    """Return the value as it is stored: choices and dates that are not given are '', like text."""
    return "" if value is None and component.type in {"radio", "select", "datetime"} else value


def read_value(component: Component, raw: object, ports: FieldPorts) -> object:
    """Turn what was posted (text) or sent as JSON into the stored value. Raises Wrong."""
    if raw is None or raw == "":
        return unset(component)
    if component.widget:
        return _READ_WIDGET[component.widget](component, raw, ports)
    match component.type:
        case "textfield" | "textarea":
            return _text(raw, lines=component.type == "textarea")
        case "number":
            return _number(component, raw)
        case "checkbox":
            return _yes(raw)
        case "datetime":
            return _moment(component.subtype, raw)
        case "checklist" | "taglist":
            return _many(raw)
        case _:
            return raw if isinstance(raw, bool | int) else _text(raw, lines=False)


def text_fault(
    component: Component, value: str, shortest: int | None, longest: int | None, ports: FieldPorts
) -> str | None:
    """Check the text rules of a form-js field and the widgets that are text; return a sentence or None."""
    most = longest if longest is not None else MOST_TEXT.get(component.type, 200)
    if len(value) > most:
        return f"最多 {most} 个字，现在有 {len(value)} 个"
    if shortest is not None and len(value) < shortest:
        return f"至少写 {shortest} 个字，现在有 {len(value)} 个"
    if component.pattern and not matches(component.pattern, value):
        return component.pattern_text or "不符合要求的写法"
    if component.validation_type == "email" and not _EMAIL.match(value):
        return "应是电子邮箱地址，例如 name@example.cn"
    if component.validation_type == "phone" and not _ABROAD.match(value):
        return "应是带国家代码的电话，例如 +8610…"
    return _known_number(component, value, ports)


def _known_number(component: Component, value: str, ports: FieldPorts) -> str | None:
    """Check a resident id, telephone or account number; synthetic ones pass only where the office allows them."""
    try:
        match component.widget:
            case "id18":
                identity.read_resident_id(
                    value, today=ports.now.astimezone(ZONE).date(), allow_synthetic=ports.allow_synthetic
                )
            case "phone":
                identity.read_phone(value, allow_synthetic=ports.allow_synthetic)
            case "bank":
                identity.read_account(value, allow_synthetic=ports.allow_synthetic)
    except Invalid as refused:
        return refused.sentence.rstrip("。")
    return None


def money(raw: object) -> str:
    """Read an amount: separators and 元 are allowed, two decimals at most. Raises Wrong."""
    text = _text(str(raw) if isinstance(raw, int | Decimal) and not isinstance(raw, bool) else raw, lines=False)
    text = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("元").strip()
    try:
        amount = Decimal(text) if _NUMBER.match(text) else None
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        amount = None
    if amount is None:
        raise Wrong("应是金额，例如 1196.00")
    if amount != amount.quantize(Decimal("0.01")):
        raise Wrong("金额最多两位小数")
    if abs(amount) > MOST_MONEY:
        raise Wrong("金额太大，请核对")
    return f"{amount:.2f}".replace("-0.00", "0.00")


def _text(raw: object, *, lines: bool) -> str:
    if not isinstance(raw, str):
        raise Wrong("应是文字")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    allowed = "\n\t" if lines else ""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
            raise Wrong("含有不能保存的字符，请删去后重新输入" if lines or character != "\n" else "只能写一行")
    return text


def _number(component: Component, raw: object) -> int | str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Wrong("应是数字")
    text = unicodedata.normalize("NFKC", str(raw)).replace(",", "").strip()
    if not _NUMBER.match(text):
        raise Wrong("应是数字")
    number = Decimal(text)
    digits = component.digits
    if digits is not None and number != round(number, digits):
        raise Wrong("应是整数" if digits == 0 else f"最多 {digits} 位小数")
    if digits == 0:
        return int(number)
    return f"{number:.{digits}f}" if digits is not None else f"{number.normalize():f}"


def _yes(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("on", "true", "1"):
        return True
    if raw in ("false", "0"):
        return False
    raise Wrong("应勾选或不勾选")


def _many(raw: object) -> list[object]:
    items = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in items):
        raise Wrong("应从选项里选")
    return list(dict.fromkeys(item for item in items if item != ""))


def _moment(subtype: str, raw: object) -> str:
    text = _text(raw, lines=False)
    try:
        if subtype == "date":
            return date.fromisoformat(text).isoformat()
        if subtype == "time":
            return time.fromisoformat(text).strftime("%H:%M")
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        words = {"date": "应是日期，例如 2026-09-16", "time": "应是时刻，例如 09:30"}
        raise Wrong(words.get(subtype, "应是日期和时刻，例如 2026-09-16 09:30")) from exc
    try:
        local = moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
    except OverflowError as exc:
        raise Wrong("日期不在可用的年份内") from exc
    return local.isoformat(timespec="minutes" if local.second == 0 else "seconds")


def _read_money(component: Component, raw: object, ports: FieldPorts) -> str:
    return money(raw)


def _read_code(component: Component, raw: object, ports: FieldPorts) -> str:
    """Numbers that people write with spaces: ids, phones, accounts."""
    text = unicodedata.normalize("NFKC", _text(raw, lines=False))
    return re.sub(r"\s+", "", text).upper()


def _read_person(component: Component, raw: object, ports: FieldPorts) -> str:
    return _known_person(raw, ports).id


def _read_people(component: Component, raw: object, ports: FieldPorts) -> list[str]:
    found = [_known_person(item, ports).id for item in (raw if isinstance(raw, list) else [raw]) if item != ""]
    if len(set(found)) < len(found):
        raise Wrong("同一个人不能选两次")
    return found


def _known_person(raw: object, ports: FieldPorts) -> Person:
    person = ports.person(raw) if isinstance(raw, str) else None
    if person is None:
        raise Wrong("没有这个人，请从名单里选")
    return person


def _read_attachments(component: Component, raw: object, ports: FieldPorts) -> list[str]:
    items = raw if isinstance(raw, list) else [raw]
    ids = list(dict.fromkeys(item for item in items if isinstance(item, str) and item))
    if not all(isinstance(item, str) for item in items):
        raise Wrong("应是已上传文件的编号")
    if len(ids) > MOST_FILES * 5:
        raise Wrong("文件太多")
    if any(ports.attachment(item) is None for item in ids):
        raise Wrong("有文件找不到，或不是你上传的，请重新上传")
    return ids


def _read_signature(component: Component, raw: object, ports: FieldPorts) -> dict[str, object] | None:
    """Read a signature: by the actor's own login, or on paper, recorded by the actor with a scan.

    Whoever signs by login is always the actor, whatever was sent.
    """
    if raw is True or raw == "on":
        raw = {"way": "login", "confirm": True}
    if not isinstance(raw, Mapping):
        raise Wrong("应由本人登录签字，或录入纸质签字")
    instant = ports.now.astimezone(ZONE).isoformat(timespec="seconds")
    if raw.get("way") != "paper":
        if raw.get("confirm") not in (True, "on", "true"):
            return None
        return {"way": "login", "person": ports.actor.id, "name": ports.actor.name, "at": instant}
    signer = ports.person(str(raw.get("signer") or raw.get("person") or ""))
    if signer is None or signer.id not in {person.id for person in ports.signers()}:
        raise Wrong("选择在纸上签字的人")
    if signer.id == ports.actor.id:
        raise Wrong("本人的签字请登录办理；这里录入的是别人在纸上签的字")
    scan = _read_attachments(component, raw.get("scan") or [], ports)
    if not scan:
        raise Wrong("录入纸质签字要附上签字页的扫描件")
    return {
        "way": "paper",
        "person": signer.id,
        "name": signer.name,
        "recorder": ports.actor.id,
        "recorder_name": ports.actor.name,
        "scan": scan,
        "at": instant,
    }


_READ_WIDGET = {
    "money": _read_money,
    "id18": _read_code,
    "phone": _read_code,
    "bank": _read_code,
    "person": _read_person,
    "people": _read_people,
    "attachments": _read_attachments,
    "signature": _read_signature,
}
