"""Settings: ``config/default.toml``, then ``config/<env>.toml``, then the environment; loud when something is wrong.

``default.toml`` is complete: its keys and their types are the only ones allowed anywhere.
Secrets come from the environment (``JIUZHU_SECRET_KEY``) or from a file named there (``JIUZHU_SECRET_KEY_FILE``).
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from jiuzhu.errors import ConfigurationError

DEMO = "demo"
NAMES = (
    "JIUZHU_ENV",
    "JIUZHU_DATABASE_URL",
    "JIUZHU_BROKER_URL",
    "JIUZHU_NOW",
    "JIUZHU_HOME",
    "JIUZHU_ROOT",
    "JIUZHU_SECRET_KEY",
    "JIUZHU_MAIL_PASSWORD",
    "JIUZHU_PORT",
)
SECRET_LENGTH = 32
DEMO_YEARS = range(2000, 2100)
"""Dates a demo may begin at: deadlines years later can still be counted."""

Table: TypeAlias = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the house is started with; ``values`` are the tables of the TOML files, checked."""

    env: str
    root: Path
    """Folder that holds ``config/`` and ``bpmn/``."""
    home: Path
    """Folder for everything written: database file, attachments, outbox."""
    database_url: str
    broker_url: str
    secret: bytes
    """Empty in the demo only: personal data are then stored with the null key."""
    mail_password: str
    demo_now: datetime | None
    """``JIUZHU_NOW`` (demo only), aware."""
    values: Mapping[str, Mapping[str, Any]]

    @property
    def is_demo(self) -> bool:
        """True where dates may be moved and no secret is needed."""
        return self.env == DEMO

    @property
    def zone(self) -> ZoneInfo:
        """The one zone of the office."""
        return ZoneInfo(str(self.values["office"]["zone"]))

    @property
    def files_url(self) -> str:
        """Where attachments and documents lie, as an fsspec address."""
        return str(self.values["files"]["url"]) or (self.home / "files").as_uri()

    def get(self, table: str, key: str) -> Any:
        """Return one setting; an unknown name is a programming error and raises KeyError."""
        return self.values[table][key]

    def with_values(self, **tables: Mapping[str, Any]) -> Settings:
        """Return settings with some keys replaced: ``with_values(jobs={"retry": "R2/PT0S"})``."""
        values = {name: {**table, **tables.get(name, {})} for name, table in self.values.items()}
        return dataclasses.replace(self, values=values)

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None, *, root: Path | None = None) -> Settings:
        """Read files and environment (default: the process's).

        Raises ConfigurationError with what is wrong and where, in one sentence.
        """
        env = os.environ if env is None else env
        _refuse_unknown_names(env)
        name = _variable(env, "JIUZHU_ENV") or "production"
        place = Path(_variable(env, "JIUZHU_ROOT") or root or find_root())
        values = _read_tables(place / "config", name)
        home = Path(_variable(env, "JIUZHU_HOME") or place / "var").resolve()
        _require_writable(home)
        secret = _variable(env, "JIUZHU_SECRET_KEY")
        if not secret and name != DEMO:
            raise ConfigurationError("JIUZHU_SECRET_KEY (or JIUZHU_SECRET_KEY_FILE) is missing")
        if secret and len(secret) < SECRET_LENGTH:
            raise ConfigurationError(f"JIUZHU_SECRET_KEY is too short: at least {SECRET_LENGTH} characters")
        port = _variable(env, "JIUZHU_PORT")
        if port:
            values["web"]["port"] = _whole_number("JIUZHU_PORT", port)
        return cls(
            env=name,
            root=place.resolve(),
            home=home,
            database_url=_variable(env, "JIUZHU_DATABASE_URL")
            or str(values["database"]["url"])
            or f"sqlite:///{home / 'jiuzhu.db'}",
            broker_url=_variable(env, "JIUZHU_BROKER_URL") or str(values["broker"]["url"]),
            secret=secret.encode(),
            mail_password=_variable(env, "JIUZHU_MAIL_PASSWORD"),
            demo_now=_demo_now(_variable(env, "JIUZHU_NOW"), name, str(values["office"]["zone"])),
            values=values,
        )


def _variable(env: Mapping[str, str], name: str) -> str:
    """Return a variable, or the content of the file that ``<name>_FILE`` names; both at once is an error."""
    direct, file = env.get(name, ""), env.get(f"{name}_FILE", "")
    if direct and file:
        raise ConfigurationError(f"{name} and {name}_FILE are both set")
    if not file:
        return direct.strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"{name}_FILE cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}_FILE is not a text file: {file}") from error


def _refuse_unknown_names(env: Mapping[str, str]) -> None:
    known = {*NAMES, *(f"{name}_FILE" for name in NAMES)}
    unknown = sorted(name for name in env if name.startswith("JIUZHU_") and name not in known)
    if unknown:
        raise ConfigurationError(f"unknown environment variable: {', '.join(unknown)}")


def find_root() -> Path:
    """Return the working folder when it has a configuration, else the folder of the source tree."""
    for place in (Path.cwd(), Path(__file__).resolve().parent.parent):
        if (place / "config" / "default.toml").is_file():
            return place
    raise ConfigurationError("config/default.toml not found: start in the project folder or set JIUZHU_ROOT")


def _read_tables(folder: Path, name: str) -> Table:
    tables = _read(folder / "default.toml")
    own = folder / f"{name}.toml"
    if not own.is_file():
        raise ConfigurationError(f"JIUZHU_ENV={name}: {own.name} not found in {folder.name}/")
    for table, entries in _read(own).items():
        if table not in tables:
            raise ConfigurationError(f"{own.name}: unknown table [{table}]")
        for key, value in entries.items():
            if key not in tables[table]:
                raise ConfigurationError(f"{own.name}: unknown key {table}.{key}")
            tables[table][key] = _same_type(f"{own.name}: {table}.{key}", tables[table][key], value)
    return tables


def _read(path: Path) -> Table:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name}: {error}") from error
    loose = [key for key, value in content.items() if not isinstance(value, dict)]
    if loose:
        raise ConfigurationError(f"{path.name}: key outside a table: {', '.join(loose)}")
    return content


def _same_type(where: str, default: object, value: object) -> object:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(default) is not type(value):
        raise ConfigurationError(f"{where} must be {type(default).__name__}, not {type(value).__name__}")
    return value


def _whole_number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ConfigurationError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _require_writable(home: Path) -> None:
    probe = home / ".writable"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(f"JIUZHU_HOME is not writable: {home}: {error.strerror or error}") from error


def _demo_now(text: str, env: str, zone: str) -> datetime | None:
    """Parse ``JIUZHU_NOW``: a date (nine in the morning) or an instant; refused outside the demo."""
    if not text:
        return None
    if env != DEMO:
        raise ConfigurationError("JIUZHU_NOW is only allowed with JIUZHU_ENV=demo: the office's date must be true")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(f"JIUZHU_NOW is neither a date nor an instant: {text!r}") from error
    if moment.year not in DEMO_YEARS:
        raise ConfigurationError(f"JIUZHU_NOW must lie between {DEMO_YEARS[0]} and {DEMO_YEARS[-1]}, not {text!r}")
    if len(text) <= len("2026-09-16"):
        moment = datetime.combine(moment.date(), time(9))
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
