"""Typed values of Camunda's wire, at our door and at another engine's, against what a case holds.

A case holds text, whole numbers, yes/no, nothing, lists and objects; money and fractions are decimal text, instants
ISO 8601 text, a file is an object that names its content by hash. What came with a type goes out with it again
(``jiuzhu.domain.marks``).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jiuzhu.domain.marks import DoubleText, InstantText, LongNumber, Marked, ObjectFields, ObjectItems, ShortNumber
from jiuzhu.errors import Invalid

FILE = "@file"
"""Key by which an object is known as a file; its value is the hash of the content."""
BYTES = "@bytes"
"""Key of a file that was sent as mere bytes, without a name."""
INTEGER, LONG = 2**31, 2**63
LARGEST = 308
"""Decimal exponent of a Double: a few characters may name a number whose digits fill the memory."""
MADE: Mapping[str, Callable[[Any], int]] = {"short": ShortNumber, "integer": int, "long": LongNumber}
WHOLE = {"short": 2**15, "integer": INTEGER, "long": LONG}


def dto(value: Any, read: Callable[[str], bytes] | None = None) -> dict[str, Any]:
    """Return a VariableValueDto; a file comes without its content, which has an address of its own.

    Bytes have none: ``read`` gives them by their hash; without it they are null.
    """
    if value is None:
        return _dto("Null", None)
    if isinstance(value, Marked):
        return _marked(value)
    if isinstance(value, bool):
        return _dto("Boolean", value)
    if isinstance(value, int):
        return _dto("Integer" if -INTEGER <= value < INTEGER else "Long", value)
    if isinstance(value, float | Decimal):
        return _dto("Double", float(value))
    if isinstance(value, str):
        return _dto("String", value)
    if isinstance(value, Mapping) and value.get(BYTES) and FILE in value:
        return _dto("Bytes", None if read is None else base64.b64encode(read(value[FILE])).decode())
    if isinstance(value, Mapping) and FILE in value:
        # The engine says mimeType, and the client in JavaScript reads mimetype.
        keys = {"filename": "filename", "mimetype": "mimetype", "mimeType": "mimetype", "encoding": "encoding"}
        info = {name: value[key] for name, key in keys.items() if value.get(key)}
        return {"type": "File", "value": None, "valueInfo": info}
    return _dto("Json", _json(value))


def dtos(values: Mapping[str, Any], read: Callable[[str], bytes] | None = None) -> dict[str, dict[str, Any]]:
    """Return name → VariableValueDto."""
    return {name: dto(value, read) for name, value in values.items()}


def _dto(kind: str, value: Any, **info: str) -> dict[str, Any]:
    return {"type": kind, "value": value, "valueInfo": info}


def _marked(value: Any) -> dict[str, Any]:
    if isinstance(value, DoubleText):
        return _dto("Double", float(value))
    if isinstance(value, InstantText):
        return _dto("Date", wire_instant(datetime.fromisoformat(value)))
    if isinstance(value, ObjectFields | ObjectItems):
        return _dto("Object", _json(value), objectTypeName=value.of, serializationDataFormat="application/json")
    return _dto(value.kind, int(value))


def wire_instant(value: datetime) -> str:
    """Return ``2026-01-31T13:37:00.123+0000``: three digits of milliseconds, offset without colon."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}" + value.strftime("%z")


def _json(value: Any) -> str:
    return json.dumps(_numbers(value), ensure_ascii=False, separators=(",", ":"))


def _numbers(value: Any) -> Any:
    """Return a value with the fractions that came with it as numbers again."""
    if isinstance(value, DoubleText):
        return float(value)
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    return {name: _numbers(one) for name, one in value.items()} if isinstance(value, dict) else value


def values(sent: Any, keep: Callable[[bytes], str]) -> dict[str, Any]:
    """Return name → value of what a client sent as variables; ``keep`` stores a file and returns its hash.

    Raises Invalid that names the variable.
    """
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        raise Invalid("variables must be an object: name → {value, type}.")
    return {str(name): value(str(name), one, keep) for name, one in sent.items()}


def value(name: str, sent: Any, keep: Callable[[bytes], str]) -> Any:
    """Return one value; without a type it is inferred from the JSON. Raises Invalid that names the variable."""
    if not isinstance(sent, Mapping):
        raise Invalid(f"Cannot read variable '{name}': an object with a value is expected.")
    kind, given = str(sent.get("type") or "").lower(), sent.get("value")
    info = sent.get("valueInfo") if isinstance(sent.get("valueInfo"), Mapping) else {}
    try:
        if given is None and kind != "file":
            return None
        reader = READERS.get(kind)
        if kind in ("object", "json"):
            return _object(kind, given, info)
        if kind in ("file", "bytes"):
            return _file(kind, given, info, keep)
        if reader is None:
            raise Invalid(f"Cannot read variable '{name}': Unsupported value type '{sent.get('type')}'")
        return reader(given)
    except (ValueError, TypeError, InvalidOperation, binascii.Error) as error:
        raise Invalid(
            f"Cannot read variable '{name}': the value does not fit type '{sent.get('type')}'（{error}）"
        ) from error


def _inferred(given: Any) -> Any:
    if isinstance(given, float):
        return _double(given)
    return given


def _boolean(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if str(given).lower() in ("true", "false"):
        return str(given).lower() == "true"
    raise ValueError("true or false expected")


def _whole(kind: str) -> Callable[[Any], int]:
    def read(given: Any) -> int:
        if isinstance(given, bool):
            raise ValueError("a whole number expected")
        number = Decimal(str(given))
        if number != number.to_integral_value() or not -WHOLE[kind] <= number < WHOLE[kind]:
            raise ValueError("out of range or not whole")
        return MADE[kind](number)

    return read


def _double(given: Any) -> str:
    if isinstance(given, bool):
        raise ValueError("a number expected")
    number = Decimal(str(given))
    if not number.is_finite() or number.adjusted() > LARGEST or number.adjusted() < -LARGEST:
        raise ValueError("a number within the range of a Double expected")
    return DoubleText(format(number, "f"))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError("text expected")
    return given


def _date(given: Any) -> str:
    """Return an instant as ISO 8601 with its offset (``+0000`` and ``Z`` are both understood)."""
    moment = datetime.fromisoformat(_text(given))
    if moment.tzinfo is None:
        raise ValueError("an offset is expected")
    return InstantText(moment.isoformat())


def _object(kind: str, given: Any, info: Any) -> Any:
    if kind == "object" and info.get("serializationDataFormat") not in (None, "application/json"):
        raise ValueError("only objects serialized as application/json are supported")
    found = json.loads(
        given if isinstance(given, str) else json.dumps(given), parse_float=_double, parse_constant=_double
    )
    if kind == "object" and isinstance(found, dict | list):
        made: Any = ObjectFields(found) if isinstance(found, dict) else ObjectItems(found)
        made.of = str(info.get("objectTypeName") or "")
        return made
    return found


def _file(kind: str, given: Any, info: Any, keep: Callable[[bytes], str]) -> dict[str, Any]:
    content = base64.b64decode(_text(given or ""), validate=True)
    found: dict[str, Any] = {FILE: keep(content), "filename": str(info.get("filename") or "file")}
    if kind == "file" and not info.get("filename"):
        raise ValueError("valueInfo.filename is missing")
    if kind == "bytes":
        found[BYTES] = True
    for name, key in (("mimetype", "mimetype"), ("mimeType", "mimetype"), ("encoding", "encoding")):
        if info.get(name):
            found[key] = str(info[name])
    return found


READERS: Mapping[str, Callable[[Any], Any]] = {
    "": _inferred,
    "null": lambda given: None,
    "string": _text,
    "boolean": _boolean,
    "short": _whole("short"),
    "integer": _whole("integer"),
    "long": _whole("long"),
    "double": _double,
    "date": _date,
}
"""Type in small letters (clients differ in the first one) → reader."""
