"""The body of a request, read with care: a wrong kind of value is an answer 400 that names the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Request

from jiuzhu.errors import Invalid


class Body:
    """A JSON object; nulls count as absent."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    @classmethod
    def of(cls, request: Request) -> Body:
        """Read a request; no body is an empty object. Raises Invalid."""
        if not request.get_data():
            return cls({})
        content = request.get_json(force=True, silent=True)
        if not isinstance(content, Mapping):
            raise Invalid("Cannot parse the request: a JSON object is expected.")
        return cls(content)

    def get(self, name: str) -> Any:
        """Return a value as it was sent."""
        return self.content.get(name)

    def text(self, name: str) -> str:
        """Return text, '' when absent. Raises Invalid."""
        value = self.content.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Invalid(f"{name}: text is expected.")
        return value

    def texts(self, name: str) -> Sequence[str]:
        """Return a list of texts. Raises Invalid."""
        value = self.content.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Invalid(f"{name}: a list of texts is expected.")
        return value

    def whole(self, name: str, *, default: int | None) -> int | None:
        """Return a whole number. Raises Invalid."""
        value = self.content.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise Invalid(f"{name}: a whole number is expected.")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return yes or no, absent is no. Raises Invalid."""
        value = self.content.get(name)
        if value not in (None, True, False):
            raise Invalid(f"{name}: true or false is expected.")
        return bool(value)

    def bodies(self, name: str) -> Sequence[Body]:
        """Return a list of objects. Raises Invalid."""
        value = self.content.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise Invalid(f"{name}: a list of objects is expected.")
        return [Body(one) for one in value]
