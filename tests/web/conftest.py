"""A browser without JavaScript: Flask's client, logged in as one of the demo's people, posting forms as a page
would."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from jiuzhu.service.office import Office
from tests.conftest import PASSWORD
from webui import create_app


class Browser:
    """One person's browser: follows links and sends forms with the token that the page carries."""

    def __init__(self, app: Flask, login: str = "") -> None:
        self.client: FlaskClient = app.test_client()
        if login:
            page = self.get("/login")
            sent = self.post("/login", {"login": login, "password": PASSWORD}, page=page)
            assert sent.status_code == 303, text_of(sent)

    def get(self, path: str, status: int = 200) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {text_of(answer)[:400]}"
        return answer

    def post(
        self, path: str, fields: Mapping[str, Any] | list[tuple[str, Any]], *, page: TestResponse | None = None
    ) -> TestResponse:
        """Send fields with the hidden fields of the page's form for this address."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        hidden = hidden_of(page, path) if page is not None else {"_csrf": self.token()}
        named = {name for name, _ in pairs}
        data: dict[str, list[Any]] = {}
        for name, value in [*((n, v) for n, v in hidden.items() if n not in named), *pairs]:
            data.setdefault(name, []).append(value)
        return self.client.post(path, data=data, content_type="multipart/form-data")

    def token(self) -> str:
        """Return the token that this browser's pages carry."""
        found = re.search(
            r'name="_csrf" value="([0-9a-f]+)"', self.get("/public").text + self.client.get("/cases").text
        )
        if found is None:
            found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get("/login").text)
        assert found is not None
        return found.group(1)


def hidden_of(page: TestResponse, path: str) -> dict[str, str]:
    """Return the hidden fields of the form that goes to this address."""
    for form in html.fromstring(page.text).xpath("//form"):
        if (form.get("action") or "").split("?")[0] == path.split("?")[0]:
            hidden = {
                str(field.get("name")): str(field.get("value") or "")
                for field in form.xpath(".//input[@type='hidden']")
            }
            # Of a drawn form only the page's own fields: its kept values are among the answers that a test sends.
            return {name: value for name, value in hidden.items() if name[0] == "_" or form.get("id") != "work"}
    raise AssertionError(f"no form for {path}")


def text_of(page: TestResponse) -> str:
    """Return the words of a page's body."""
    tree = html.fromstring(page.text)
    for hidden in tree.xpath("//script | //style | //head"):
        hidden.getparent().remove(hidden)
    return " ".join(" ".join(tree.itertext()).split())


def fields_of(answers: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Spell nested answers as a page would post them."""
    pairs: list[tuple[str, str]] = []
    for key, value in answers.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            pairs += fields_of(value, f"{name}.")
        elif isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, Mapping):
                    pairs += [(f"{name}[{index}]._row", "1"), *fields_of(each, f"{name}[{index}].")]
                else:
                    pairs.append((name, str(each)))
        elif isinstance(value, bool):
            if key == "confirm":
                pairs += [(name, "on")] if value else []
            else:
                pairs.append((name, "true" if value else "false"))
        elif value is not None:
            pairs.append((name, str(value)))
    return pairs


@pytest.fixture
def app(office: Office) -> Flask:
    """The pages over a fresh office."""
    return create_app(office)


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Open a browser as somebody (one each login)."""
    opened: dict[str, Browser] = {}

    def open_one(login: str = "") -> Browser:
        if login not in opened:
            opened[login] = Browser(app, login)
        return opened[login]

    return open_one
