"""What the command line says about wrong settings, databases, files and arguments: one clear message, an exit status,
never a stack trace."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from jiuzhu import cli
from tests.conftest import ROOT

SECRET = "s" * 32
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command with an environment of its own; return exit status and what it printed."""
    for name in ("JIUZHU_ENV", "JIUZHU_DATABASE_URL", "JIUZHU_NOW", "JIUZHU_HOME", "JIUZHU_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JIUZHU_ROOT", str(ROOT))
    monkeypatch.setenv("JIUZHU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JIUZHU_SECRET_KEY", SECRET)
    monkeypatch.setattr(cli, "configure_logs", lambda: None)

    def run(*arguments: str, **environment: str) -> tuple[int, str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["jiuzhu", *arguments])
        status = 0
        try:
            cli.main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("hello", "JIUZHU_DATABASE_URL is no database address"),
        ("postgresql://u:geheim@h:abc/x", "JIUZHU_DATABASE_URL is no database address"),
        ("mysql://a/b", "names mysql, which is not supported"),
        ("sqlite:////no/such/folder/x.db", "cannot be opened: unable to open database file"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "cannot be opened"),
    ],
)
def test_a_database_that_is_none_is_named_without_its_password(said: Said, url: str, complaint: str) -> None:
    status, text = said("migrate", JIUZHU_DATABASE_URL=url)
    assert status == 2
    assert complaint in text
    assert len(text.splitlines()) == 1
    assert "geheim" not in text


def test_a_file_that_is_no_database_is_named(said: Said, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear sirs, " * 200, encoding="utf-8")
    status, text = said("migrate", JIUZHU_DATABASE_URL=f"sqlite:///{tmp_path}/letter.db")
    assert (status, "file is not a database" in text) == (2, True)


def test_an_empty_database_is_not_worked_on(said: Said) -> None:
    status, text = said("inbox", "--as", "x")
    assert (status, "run `jiuzhu migrate`" in text) == (2, True)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [("none", None, "cannot be read"), ("bytes", b"\xff\xfe", "is not JSON"), ("deep", b'{"a":' * 100_000, "JSON")],
)
def test_a_data_file_that_cannot_be_read_is_named(
    said: Said, tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    said("migrate")
    said("user", "add", "wang", "--name", "王五", "--password", "long-enough")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    status, text = said("case", "start", "x", "--as", "wang", "--data", str(tmp_path / name))
    assert (status, complaint in text) == (2, True), text


def test_a_path_without_diagrams_is_not_a_clean_check(said: Said, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no diagram", encoding="utf-8")
    said("migrate")
    for arguments in (("lint", str(tmp_path / "notes.txt")), ("lint", str(tmp_path)), ("deploy", str(tmp_path))):
        status, text = said(*arguments)
        assert (status, "holds no .bpmn" in text) == (2, True), text


def test_an_address_in_use_and_a_port_that_is_none_are_named(said: Said) -> None:
    said("migrate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, text = said("serve", "--port", str(port))
    assert (status, f"cannot listen on 127.0.0.1:{port}" in text) == (2, True), text
    assert said("serve", "--port", "99999")[0] == 2


def test_the_demo_is_no_command_of_production(said: Said) -> None:
    status, text = said("demo", "--prepare-only", JIUZHU_ENV="production")
    assert (status, "JIUZHU_ENV=demo only" in text) == (2, True), text


def test_arguments_that_are_no_text_or_too_long_are_refused(said: Said) -> None:
    said("migrate")
    status, text = said("inbox", "--as", "\udcff")
    assert (status, "not readable as text" in text) == (2, True), text
    for login, name in (("x" * 65, "王"), ("wang", "王" * 61), ("wa\x07ng", "王")):
        status, text = said("user", "add", login, "--name", name, "--password", "long-enough")
        assert status == 1, text
    status, text = said("work", "--once", "--topic", "nowhere")
    assert (status, "there are " in text, "external_sync" in text) == (2, True, True), text
