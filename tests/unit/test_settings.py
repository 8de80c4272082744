"""Settings are loud: what is unknown, missing or forbidden stops the start with one clear sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jiuzhu.errors import ConfigurationError
from jiuzhu.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s" * 32


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the configuration that a test may spoil."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path


def load(root: Path, **environment: str) -> Settings:
    env = {"JIUZHU_ENV": "demo", "JIUZHU_HOME": str(root / "var"), **environment}
    return Settings.load({name: value for name, value in env.items() if value}, root=root)


def test_production_is_the_default_and_needs_a_secret(root: Path) -> None:
    with pytest.raises(ConfigurationError, match="JIUZHU_SECRET_KEY"):
        load(root, JIUZHU_ENV="")
    with pytest.raises(ConfigurationError, match="too short"):
        load(root, JIUZHU_ENV="", JIUZHU_SECRET_KEY="short")
    settings = load(root, JIUZHU_ENV="", JIUZHU_SECRET_KEY=SECRET)
    assert (settings.env, settings.is_demo, settings.secret) == ("production", False, SECRET.encode())


def test_a_secret_may_stand_in_a_file_but_not_in_both_places(root: Path) -> None:
    (root / "secret").write_text(SECRET + "\n", encoding="utf-8")
    settings = load(root, JIUZHU_ENV="production", JIUZHU_SECRET_KEY_FILE=str(root / "secret"))
    assert settings.secret == SECRET.encode()
    with pytest.raises(ConfigurationError, match="both set"):
        load(root, JIUZHU_SECRET_KEY=SECRET, JIUZHU_SECRET_KEY_FILE=str(root / "secret"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(root, JIUZHU_SECRET_KEY_FILE=str(root / "nowhere"))


def test_the_date_is_set_in_the_demo_only(root: Path) -> None:
    moment = load(root, JIUZHU_NOW="2026-09-16").demo_now
    assert moment is not None
    assert moment.isoformat() == "2026-09-16T09:00:00+08:00"
    with pytest.raises(ConfigurationError, match="only allowed with JIUZHU_ENV=demo"):
        load(root, JIUZHU_ENV="production", JIUZHU_SECRET_KEY=SECRET, JIUZHU_NOW="2026-09-16")
    with pytest.raises(ConfigurationError, match="neither a date nor an instant"):
        load(root, JIUZHU_NOW="tomorrow")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[jobs]\nretries = 3\n", "unknown key jobs.retries"),
        ("[job]\nretry = 'R3/PT1M'\n", r"unknown table \[job\]"),
        ("retry = 3\n", "key outside a table"),
        ("[jobs]\nthreads = 'two'\n", "must be int"),
        ("[jobs\n", "demo.toml"),
    ],
)
def test_a_faulty_configuration_file_is_named(root: Path, text: str, complaint: str) -> None:
    (root / "config" / "demo.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=complaint):
        load(root)


def test_an_unknown_environment_or_variable_is_refused(root: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"staging\.toml not found"):
        load(root, JIUZHU_ENV="staging")
    with pytest.raises(ConfigurationError, match="unknown environment variable: JIUZHU_DATABASE"):
        load(root, JIUZHU_DATABASE="sqlite://")


def test_an_unwritable_home_is_refused(root: Path) -> None:
    (root / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not writable"):
        load(root, JIUZHU_HOME=str(root / "file" / "below"))


def test_defaults_lie_in_the_home_folder(root: Path) -> None:
    settings = load(root)
    assert settings.database_url == f"sqlite:///{root / 'var' / 'jiuzhu.db'}"
    assert settings.files_url == (root / "var" / "files").as_uri()
    assert load(root, JIUZHU_DATABASE_URL="postgresql://x/y").database_url == "postgresql://x/y"


def test_a_secret_file_must_be_text_and_a_port_a_number(root: Path) -> None:
    (root / "secret").write_bytes(b"\xd0\xff" * 40)
    with pytest.raises(ConfigurationError, match="not a text file"):
        load(root, JIUZHU_SECRET_KEY_FILE=str(root / "secret"))
    with pytest.raises(ConfigurationError, match="whole number"):
        load(root, JIUZHU_PORT="²")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_demo_date_out_of_reach_is_refused(root: Path, day: str) -> None:
    with pytest.raises(ConfigurationError, match="between 2000 and 2099"):
        load(root, JIUZHU_NOW=day)
