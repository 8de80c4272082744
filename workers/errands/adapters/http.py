"""JSON over HTTP to an outside party: a key, a time-out, and what a status means for trying again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from jiuzhu.errors import ConfigurationError, WorkerError

ANSWER_BYTES = 1_000_000
"""An answer longer than this is refused: no outside party may fill our memory."""

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which trying again can help."""


class NoAnswer(WorkerError):
    """The party did not answer in time, or could not be reached: trying again can help."""


class Refusal(WorkerError):
    """The party answered with a status that is not 2xx."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message, permanent=status not in PASSING)
        self.status = status


class _StayHere(HTTPRedirectHandler):
    """Personal data go to the configured address and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class HttpClient:
    """Posts JSON to one base address. Safe to share between threads."""

    def __init__(self, url: str, *, timeout_seconds: float, name: str) -> None:
        """Check the address. ``name`` is the party's Chinese name for messages.

        Raises:
            ConfigurationError: the address is not http(s), or the time-out is not positive.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"not an http(s) address: {url!r} ({name})")
        if timeout_seconds <= 0:
            raise ConfigurationError(f"time-out must be positive: {timeout_seconds!r} ({name})")
        self.name = name
        self._url = url.rstrip("/")
        self._timeout = timeout_seconds
        # No proxy from the environment: what leaves the house goes where the settings say.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}), _StayHere)

    def post(self, path: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post a JSON object under an idempotency key and return the JSON object of the answer.

        Raises:
            NoAnswer: no connection, no answer in time.
            Refusal: a status that is not 2xx (permanent unless the party may recover).
            WorkerError: permanent; the answer is no JSON object.
        """
        data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        request = Request(self._url + path, data=data, headers=headers, method="POST")
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                content = answer.read(ANSWER_BYTES + 1)
        except HTTPError as error:
            raise self._refusal(error) from error
        except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise NoAnswer(f"{self.name}没有应答：{reason or type(error).__name__}") from error
        return self._object(content)

    def _refusal(self, error: HTTPError) -> WorkerError:
        with error:
            text = error.read(500).decode("utf-8", "replace").strip()
        return Refusal(f"{self.name}拒绝：HTTP {error.code} {text}".strip(), status=error.code)

    def _object(self, content: bytes) -> dict[str, Any]:
        if len(content) > ANSWER_BYTES:
            raise WorkerError(f"{self.name}的应答过长", permanent=True)
        try:
            answer = json.loads(content)
        except ValueError as error:
            raise WorkerError(f"{self.name}的应答不是JSON", permanent=True) from error
        if not isinstance(answer, dict):
            raise WorkerError(f"{self.name}的应答不是一个对象", permanent=True)
        return answer
