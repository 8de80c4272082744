"""Outside parties for tests, as real servers on local ports: they count what reached them, by key."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class HttpReceiver:
    """What an HTTP party got. ``script`` holds statuses for the next requests (0 = hang up without an answer)."""

    url: str = ""
    came: Counter[str] = field(default_factory=Counter)
    effects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Key → body of the first request that was accepted: one effect a key, as a careful receiver keeps it."""
    paths: list[str] = field(default_factory=list)
    script: list[int] = field(default_factory=list)
    delay_seconds: float = 0.0
    answer: bytes | None = None
    """Bytes sent instead of the receipt."""


@contextmanager
def http_receiver() -> Iterator[HttpReceiver]:
    """Run an HTTP party that accepts records, answers with a receipt and drops repeated keys."""
    receiver = HttpReceiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers["Idempotency-Key"]
            with lock:
                receiver.came[key] += 1
                receiver.paths.append(self.path)
                status = receiver.script.pop(0) if receiver.script else 200
                if status == 200:
                    receiver.effects.setdefault(key, body)
            time.sleep(receiver.delay_seconds)
            if status == 0:
                self.close_connection = True
                return
            data = receiver.answer
            if data is None:
                data = json.dumps({"receipt": f"回执-{len(receiver.effects)}"}).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", receiver.url + "/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        receiver.url = f"http://127.0.0.1:{port}"
        yield receiver


@dataclass
class MailReceiver:
    """What a mail server got. ``refuse`` maps addresses to replies such as ``550 no such user``."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)

    @property
    def by_key(self) -> Counter[str]:
        """Letters by Message-ID: a mailbox shows two with one id as one."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters)


@contextmanager
def mail_receiver() -> Iterator[MailReceiver]:
    """Run an SMTP server (RFC 5321, the commands that a client needs)."""
    receiver = MailReceiver()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 test ESMTP")
            while line := self.rfile.readline():
                text = line.decode().strip()
                verb = text[:4].upper()
                if verb == "EHLO":
                    self.say("250-test")
                    self.say("250 AUTH PLAIN")
                elif verb == "AUTH":
                    receiver.logins.append(text)
                    self.say("235 ok")
                elif verb == "RCPT":
                    address = text[text.index("<") + 1 : text.index(">")]
                    self.say(receiver.refuse.get(address, "250 ok"))
                elif verb == "DATA":
                    self.say("354 go on")
                    receiver.letters.append(self.letter())
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def letter(self) -> EmailMessage:
            content = b""
            while (line := self.rfile.readline()) != b".\r\n":
                content += line.removeprefix(b".") if line.startswith(b"..") else line
            return message_from_bytes(content, policy=policy.default)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    with _serving(server) as port:
        receiver.port = port
        yield receiver


@contextmanager
def _serving(server: socketserver.TCPServer) -> Iterator[int]:
    if isinstance(server, socketserver.ThreadingMixIn):
        server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
