"""The same acts through two doors: the pages as a browser without JavaScript posts them, and the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner
from lxml import html

from jiuzhu.cli import cli, show
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid, Refused
from jiuzhu.service import identity
from jiuzhu.service.office import Office
from tests.walks import Walker
from tests.web.conftest import Browser, fields_of, text_of
from webui import create_app
from webui.sessions import COOKIE


@dataclass(frozen=True)
class Said:
    """What a door answered."""

    done: bool
    text: str
    """What the person reads."""
    case_no: str = ""


class Door(Protocol):
    """A way in for people."""

    def start(self, login: str, key: str, data: Mapping[str, Any]) -> Said: ...

    def claim(self, login: str, item: str) -> Said: ...

    def complete(self, login: str, item: str, data: Mapping[str, Any]) -> Said: ...

    def case(self, login: str, number: str) -> Said: ...

    def register(self, login: str, name: str) -> Said: ...

    def message(self, login: str, number: str, name: str, data: Mapping[str, Any]) -> Said: ...


class Pages:
    """A browser for each person; a form is opened, then posted with the token that its page carries."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.app = create_app(office)
        self.browsers: dict[str, Browser] = {}

    def of(self, login: str) -> Browser:
        """Return the person's browser, already logged in (the password is the login page's own matter)."""
        if login not in self.browsers:
            browser = Browser(self.app)
            secret = identity.open_session(self.office, identity.actor_of(self.office, login))
            browser.client.set_cookie(COOKIE, secret, domain="localhost")
            self.browsers[login] = browser
        return self.browsers[login]

    def start(self, login: str, key: str, data: Mapping[str, Any]) -> Said:
        said = self._post(login, f"/start/{key}", data, read_first=True)
        if not said.done:
            return said
        page = self.of(login).get(said.text)
        return Said(True, text_of(page), str(html.fromstring(page.text).xpath("string(//h1/span)")))

    def claim(self, login: str, item: str) -> Said:
        return self._post(login, f"/items/{item}/claim", {})

    def complete(self, login: str, item: str, data: Mapping[str, Any]) -> Said:
        claimed = self.claim(login, item)
        return self._post(login, f"/items/{item}", data, read_first=claimed.done)

    def case(self, login: str, number: str) -> Said:
        return self._get(login, f"/cases/{number}")

    def register(self, login: str, name: str) -> Said:
        return self._get(login, f"/registers/{name}")

    def message(self, login: str, number: str, name: str, data: Mapping[str, Any]) -> Said:
        return self._post(login, f"/reports/{name}/{number}", data)

    def _get(self, login: str, path: str) -> Said:
        answer = self.of(login).client.get(path)
        return Said(answer.status_code == 200, text_of(answer))

    def _post(self, login: str, path: str, data: Mapping[str, Any], *, read_first: bool = False) -> Said:
        browser = self.of(login)
        page = browser.get(path) if read_first else None
        answer = browser.post(path, fields_of(data), page=page)
        if answer.status_code == 303:
            return Said(True, answer.location)
        return Said(False, text_of(answer))


class Commands:
    """``jiuzhu`` in this process, on the same office."""

    def __init__(self, office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(show, "open_office", lambda **_: office)
        self.folder = folder

    def start(self, login: str, key: str, data: Mapping[str, Any]) -> Said:
        said = self.run("case", "start", key, "--as", login, "--data", self._file(data), "--json")
        return Said(said.done, said.text, str(json.loads(said.text)["caseNo"])) if said.done else said

    def claim(self, login: str, item: str) -> Said:
        return self.run("inbox", "--as", login, "--claim", item)

    def complete(self, login: str, item: str, data: Mapping[str, Any]) -> Said:
        return self.run("case", "complete", item, "--as", login, "--data", self._file(data))

    def case(self, login: str, number: str) -> Said:
        return self.run("case", "show", number, "--as", login)

    def register(self, login: str, name: str) -> Said:
        return self.run("register", "show", name, "--as", login)

    def message(self, login: str, number: str, name: str, data: Mapping[str, Any]) -> Said:
        return self.run("case", "message", number, name, "--as", login, "--data", self._file(data))

    def _file(self, data: Mapping[str, Any]) -> str:
        path = self.folder / "data.json"
        path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        return str(path)

    def run(self, *arguments: str) -> Said:
        """Run one command."""
        result = CliRunner().invoke(cli, arguments, standalone_mode=False)
        if isinstance(result.exception, Refused):
            faults = result.exception.faults if isinstance(result.exception, Invalid) else {}
            return Said(False, " ".join([result.exception.sentence, *faults.values()]))
        if result.exception is not None:
            raise result.exception
        return Said(True, result.output)


class DoorRefused(AssertionError):
    """A walk wanted something that the door refused."""


class DoorWalker(Walker):
    """A walk whose application and every item go through a door."""

    door: Door

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        said = self.door.start(actor.login, self.process, data)
        if not said.done:
            raise DoorRefused(said.text)
        return said.case_no

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        said = self.door.complete(actor.login, task, data)
        if not said.done:
            raise DoorRefused(said.text)
