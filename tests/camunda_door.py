"""A client of the REST door on a real socket, and the official OpenAPI document that its answers are held against."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from typing import Any

import jsonschema
from waitress import wasyncore
from waitress.server import create_server

from jiuzhu.service.office import Office
from tests.conftest import PASSWORD, ROOT
from webui import create_app

OPENAPI = json.loads((ROOT / "tests" / "data" / "camunda" / "openapi.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: HTTPMessage
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Speaks to the door with the credentials of one login."""

    def __init__(
        self, host: str, port: int, login: str = "", password: str = PASSWORD, *, seconds: float = 30.0
    ) -> None:
        self.host, self.port, self.seconds = host, port, seconds
        self.headers = {"Accept": "application/json"}
        if login:
            token = base64.b64encode(f"{login}:{password}".encode()).decode()
            self.headers["Authorization"] = f"Basic {token}"

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Send a request to a path of the host."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.seconds)
        began = time.monotonic()
        connection.request(method, path, body or None, {**self.headers, **(headers or {})})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return Answer(answer.status, answer.msg, content, time.monotonic() - began)

    def get(self, path: str) -> Answer:
        """Read a path of the door."""
        return self.call("GET", f"/engine-rest{path}")

    def send(self, path: str, content: Any = None, method: str = "POST") -> Answer:
        """Send JSON to a path of the door; None sends no body at all, as some clients do."""
        if content is None:
            return self.call(method, f"/engine-rest{path}")
        body = json.dumps(content).encode()
        return self.call(method, f"/engine-rest{path}", body, {"Content-Type": "application/json"})


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    """Return the official schema of an answer, ``nullable`` said in JSON Schema's way."""

    def plain(one: Any) -> Any:
        if isinstance(one, list):
            return [plain(each) for each in one]
        if not isinstance(one, dict):
            return one
        made = {key: plain(value) for key, value in one.items() if key not in {"nullable", "format"}}
        if one.get("nullable") and "type" in made:
            made["type"] = [made["type"], "null"]
            if "enum" in made:
                made["enum"] = [*made["enum"], None]
        return made

    answer = OPENAPI["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    whole: dict[str, Any] = plain({**answer, "components": OPENAPI["components"]})
    return whole


def holds(answer: Answer, path: str, method: str = "get", status: str = "200") -> Any:
    """Check an answer against the document; return its body."""
    assert answer.status == int(status), answer.body.decode()
    assert answer.headers["Content-Type"] == "application/json"
    jsonschema.validate(answer.json, schema_of(path, method, status))
    return answer.json


def done(answer: Answer) -> None:
    """Check that an answer is 204 without a body."""
    assert (answer.status, answer.body) == (204, b""), answer.body.decode()


@contextmanager
def served(office: Office, threads: int = 2, app: Any = None) -> Iterator[tuple[str, int]]:
    """Serve an office on a free port of this machine; ``app`` is one that stands in for its own."""
    channels: dict[int, Any] = {}
    server = create_server(
        app or create_app(office), host="127.0.0.1", port=0, threads=threads, map=channels, channel_request_lookahead=1
    )
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, map=channels, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield "127.0.0.1", int(server.effective_port)
    finally:
        stop.set()
        thread.join()
