"""The simulated exchange over HTTP, on the standard library's threading server.

``POST /sources/<source>`` with header ``Idempotency-Key`` and ``{"resident_id", "name", "requester", ...}`` answers
what the source knows; the same key gets the same answer and counts as one query. ``POST /lists/<source>`` asks about
up to 50 ``people`` at once and answers in their order. ``GET /health`` says that it is there.
``GET /queries`` lists every query by key with how often it came: what a department would find in its log.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from workers.exchange.answers import LABEL, SOURCES, Answers, Entry, answer

BODY_BYTES = 20_000
LIST_PEOPLE = 50
SILENCE_SECONDS = 60.0
"""How long a silent source keeps the line open when nobody hangs up."""


@dataclass
class _Log:
    """What came in, by key; guarded by the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    queries: list[dict[str, Any]] = field(default_factory=list)
    asked_before: set[tuple[str, str]] = field(default_factory=set)


class ExchangeServer:
    """A running exchange. Counts are for whoever wants to know what the departments saw."""

    def __init__(self, answers: Answers, host: str, port: int, silence_seconds: float) -> None:
        self._log = _Log()
        self._closing = threading.Event()
        self._server = _Server((host, port), answers, self._log, self._closing, silence_seconds)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="exchange", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address to ask at."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def came(self) -> Counter[str]:
        """How often each key came in, answered or not."""
        with self._log.lock:
            return Counter(self._log.came)

    @property
    def queries(self) -> list[dict[str, Any]]:
        """Answered queries, one a key: source, person, requester, case."""
        with self._log.lock:
            return [dict(query) for query in self._log.queries]

    def close(self) -> None:
        """Hang up and stop."""
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> ExchangeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve_exchange(
    data: Path, port: int = 0, *, host: str = "127.0.0.1", silence_seconds: float = SILENCE_SECONDS
) -> ExchangeServer:
    """Start the exchange in a thread and return it; ``close`` stops it.

    Args:
        data: folder with ``<source>.csv`` (the demo's is ``config/demo/exchange``).
        port: 0 = any free port (see ``url``).
        silence_seconds: how long a silent source keeps the line open.

    Raises:
        ConfigurationError: the data are faulty.
        OSError: the port is taken.
    """
    return ExchangeServer(Answers.read(data), host, port, silence_seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], answers: Answers, log: _Log, closing: threading.Event, silence_seconds: float
    ) -> None:
        self.answers, self.log, self.closing, self.silence_seconds = answers, log, closing, silence_seconds
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "exchange"
    timeout = 30

    def do_GET(self) -> None:
        if self.path == "/health":
            return self._send(HTTPStatus.OK, {"label": LABEL, "sources": SOURCES})
        if self.path == "/queries":
            with self.server.log.lock:
                listed = [{**query, "came": self.server.log.came[query["key"]]} for query in self.server.log.queries]
            return self._send(HTTPStatus.OK, {"label": LABEL, "queries": listed})
        return self._send(HTTPStatus.NOT_FOUND, {"error": "没有这个地址"})

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return None
        if self.path.startswith("/lists/"):
            return self._list(self.path.removeprefix("/lists/"), self.headers.get("Idempotency-Key", ""), body)
        source = self.path.removeprefix("/sources/")
        key = self.headers.get("Idempotency-Key", "")
        missing = [name for name in ("resident_id", "name", "requester") if not str(body.get(name) or "").strip()]
        if source not in SOURCES or not self.path.startswith("/sources/"):
            return self._send(HTTPStatus.NOT_FOUND, {"error": f"没有这个来源：{self.path}"})
        if not key or missing:
            lacking = missing + ["Idempotency-Key"] * (not key)
            return self._send(HTTPStatus.BAD_REQUEST, {"error": f"缺少{'、'.join(lacking)}"})
        return self._answer(source, key, body)

    def _list(self, source: str, key: str, body: dict[str, Any]) -> None:
        """Answer about several people; one who is silent or busy keeps the whole list waiting."""
        people = body.get("people")
        if source not in SOURCES:
            return self._send(HTTPStatus.NOT_FOUND, {"error": f"没有这个来源：{self.path}"})
        if not key or not isinstance(people, list) or not 0 < len(people) <= LIST_PEOPLE:
            return self._send(HTTPStatus.BAD_REQUEST, {"error": f"缺少Idempotency-Key，或人数不在1到{LIST_PEOPLE}之间"})
        log, asked = self.server.log, [(str(one["resident_id"]).upper(), str(one["name"])) for one in people]
        entries = [self.server.answers.entry(source, number) for number, _ in asked]
        with log.lock:
            log.came[key] += 1
            kept = log.answered.get(key)
            first = [(source, number) not in log.asked_before for number, _ in asked]
            log.asked_before.update((source, number) for number, _ in asked)
        if kept is not None:
            return self._send(HTTPStatus.OK, kept)
        if any(self._fails(entry, new) for entry, new in zip(entries, first, strict=True)):
            return None
        made = {
            "label": LABEL,
            "answers": [
                answer(source, entry, number, name) for entry, (number, name) in zip(entries, asked, strict=True)
            ],
        }
        with log.lock:
            if key not in log.answered:
                log.answered[key] = made
                log.queries.append({"key": key, "source": source, **body})
        return self._send(HTTPStatus.OK, made)

    def _answer(self, source: str, key: str, body: dict[str, Any]) -> None:
        log = self.server.log
        resident_id, name = str(body["resident_id"]).strip().upper(), str(body["name"]).strip()
        entry = self.server.answers.entry(source, resident_id)
        with log.lock:
            log.came[key] += 1
            kept = log.answered.get(key)
            first = (source, resident_id) not in log.asked_before
            log.asked_before.add((source, resident_id))
        if kept is not None:
            return self._send(HTTPStatus.OK, kept)
        if self._fails(entry, first):
            return None
        made = answer(source, entry, resident_id, name)
        with log.lock:
            if key not in log.answered:
                log.answered[key] = made
                log.queries.append({"key": key, "source": source, **body})
        return self._send(HTTPStatus.OK, made)

    def _fails(self, entry: Entry | None, first: bool) -> bool:
        """Act out a scripted failure; True when the question was not answered."""
        outcome = entry.outcome if entry else ""
        if outcome == "timeout" or (outcome == "timeout_once" and first):
            self.server.closing.wait(self.server.silence_seconds)
            self.close_connection = True
            return True
        if outcome == "busy" or (outcome == "busy_once" and first):
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "来源繁忙"})
            return True
        if outcome == "refuse":
            self._send(HTTPStatus.FORBIDDEN, {"error": "没有查询权限"})
            return True
        return False

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > BODY_BYTES:
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "请求过长或没有长度"})
            return None
        try:
            body = json.loads(self.rfile.read(int(length)))
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self._send(HTTPStatus.BAD_REQUEST, {"error": "不是JSON对象"})
            return None
        return body

    def _send(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        data = json.dumps(content, ensure_ascii=False).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            # Whoever asked has hung up; there is nobody to tell.
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: questions name people, and logs must not."""
