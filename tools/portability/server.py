"""Operaton with its REST door on this machine: built by Maven, H2 in memory, stopped when the run is over."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from jiuzhu.foreign.client import EngineClient, EngineRefused, EngineUnreachable

HERE = Path(__file__).parent
ADMIN = "portability"
ZONE = "-Duser.timezone=Asia/Shanghai"
"""A day that somebody enters ends where the office is: a timer reads a date without a zone in the machine's."""
PATIENCE_SECONDS = 240
"""A cold start on a busy machine of two cores."""


def address(port: int) -> str:
    """Return the address of the REST door."""
    return f"http://127.0.0.1:{port}/engine-rest"


@contextmanager
def served(port: int, log: Path) -> Iterator[EngineClient]:
    """Build and start the server, wait until it answers, stop it in the end."""
    subprocess.run(["mvn", "-B", "-q", "package"], cwd=HERE, check=True)
    command = ["java", "-Xmx512m", ZONE, "-cp", "target/classes:target/dependency/*", "jiuzhu.portability.Server"]
    environment = {**os.environ, "PORTABILITY_PORT": str(port)}
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=HERE, env=environment, stdout=output, stderr=output)
        try:
            client = EngineClient(address(port), ADMIN, ADMIN)
            _wait(client, server, log)
            yield client
        finally:
            server.terminate()
            server.wait(30)


def _wait(client: EngineClient, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}; see {log}")
        try:
            client.get("/version")
        except (EngineUnreachable, EngineRefused):
            time.sleep(1)
        else:
            return
    raise SystemExit(f"the server did not answer in {PATIENCE_SECONDS} seconds; see {log}")


def deploy(port: int, name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Deploy files as they are. Raises EngineRefused with the engine's own words."""
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="deployment-name"\r\n\r\n{name}\r\n'.encode()]
    for path, content in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{path}"; filename="{path}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{mark}--\r\n".encode())
    return _Sender(address(port), ADMIN, ADMIN).send("/deployment/create", b"".join(parts), mark)


def clear(engine: EngineClient) -> None:
    """End and forget what an earlier walk left: the next one's record knows nothing of it and uses the same numbers."""
    for one in engine.get("/process-instance", rootProcessInstances="true"):
        _forget(engine, f"/process-instance/{one['id']}?skipCustomListeners=true&skipIoMappings=true")
    for one in engine.get("/history/process-instance", finished="true"):
        _forget(engine, f"/history/process-instance/{one['id']}")


def _forget(engine: EngineClient, path: str) -> None:
    try:
        engine.call("DELETE", path)
    except EngineRefused as error:
        if error.status != 404:
            raise


class _Sender(EngineClient):
    """Sends the one request that is no JSON."""

    def send(self, path: str, body: bytes, mark: str) -> dict[str, Any]:
        from json import loads
        from urllib.error import HTTPError

        headers = {**self._headers, "Content-Type": f"multipart/form-data; boundary={mark}"}
        try:
            with urlopen(Request(self._url + path, body, headers, method="POST"), timeout=120) as answer:
                found: dict[str, Any] = loads(answer.read())
                return found
        except HTTPError as error:
            raise EngineRefused(error.code, str(loads(error.read()).get("message", ""))) from error
