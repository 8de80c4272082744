"""``jiuzhu demo``: everything with made-up people and cases, on one machine, after one command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from jiuzhu.cli import operate, show
from jiuzhu.cli.deploy import SUFFIXES
from jiuzhu.errors import ConfigurationError
from jiuzhu.service import clock, deployment, identity, seed, seed_cases, seed_registers
from jiuzhu.service.office import Office, system_actor
from jiuzhu.settings import DEMO

PASSWORD = "demo-2026"
DAY = "2026-09-16"
"""The demo's first date: a Wednesday of a year whose calendar is known."""


def prepare(office: Office, folder: Path) -> None:
    """Migrate, deploy ``folder``, load organisations, people, letters and seals; safe to repeat."""
    deployment.migrate(office)
    clock.set_demo_clock(office)
    deployment.deploy(
        office, system_actor(), name=folder.name, resources=show.read_folder(folder, SUFFIXES), source="jiuzhu demo"
    )
    seed.load_demo(office, password=PASSWORD)


def play_cases(office: Office) -> None:
    """Enter the registers' first rows, start and work the first cases; only what is not there yet.

    The exchange must be up. Says which case stopped early.
    """
    seed_registers.load_rows(office)
    for trouble in seed_cases.load_cases(office):
        click.echo(f"  {trouble.title}: stopped at {trouble.step}: {trouble.sentence}", err=True)


@contextmanager
def exchange_of(office: Office, port: int | None = None) -> Iterator[str]:
    """Serve the simulated data exchange where the setting ``exchange.url`` says, or at a port (0: any free one).

    Raises ConfigurationError when the port is taken or the address is not on this machine.
    """
    from workers.exchange import serve_exchange

    url = str(office.settings.get("exchange", "url"))
    address = urlsplit(url)
    if address.hostname not in {"127.0.0.1", "localhost"} or address.port is None:
        raise ConfigurationError(
            f"exchange.url {url}: the demo's exchange is simulated here, at http://127.0.0.1:<port>"
        )
    data = office.settings.root / "config" / "demo" / "exchange"
    try:
        server = serve_exchange(data, address.port if port is None else port, host=address.hostname)
    except OSError as error:
        raise ConfigurationError(
            f"port {address.port} of the simulated exchange is taken ({error.strerror or error}): "
            "stop the other program, or set exchange.url in config/demo.toml"
        ) from error
    with server:
        yield server.url if port is not None else url


def _welcome(office: Office, host: str, port: int, exchange: str) -> None:
    click.echo(f"\n  救助 演示   http://{host}:{port}   （人员、证件号码、账号均为虚构；密码都是 {PASSWORD}）\n")
    logins = identity.demo_logins(office)
    for one in logins:
        if one.login.endswith("-1"):
            click.echo(f"  {one.login:<32} {one.name}  {one.title}")
    click.echo(f"\n  The first of each post; all {len(logins)} stand on the login page, one click each.")
    click.echo(f"\n  数据交换（模拟）  {exchange}")
    click.echo(f"  Camunda Modeler: Deploy to http://{host}:{port}/engine-rest (Basic, process designer's login)")
    click.echo("  Ctrl-C stops; var/demo keeps the data, remove it to begin anew.\n")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=operate.PORT)
@click.option("--folder", default="bpmn", show_default=True, type=click.Path(exists=True, path_type=Path))
@click.option("--cases/--no-cases", default=True, show_default=True, help="Begin with made-up cases on their way.")
@click.option("--prepare-only", is_flag=True, help="Prepare database, people and cases, serve nothing.")
def demo(host: str, port: int, folder: Path, cases: bool, prepare_only: bool) -> None:
    """Serve a complete demo: database, diagrams, people, cases, simulated exchange, web, workers, scheduler."""
    os.environ.setdefault("JIUZHU_ENV", DEMO)
    os.environ.setdefault("JIUZHU_HOME", "var/demo")
    os.environ.setdefault("JIUZHU_NOW", DAY)
    if os.environ["JIUZHU_ENV"] != DEMO:
        raise ConfigurationError(f"JIUZHU_ENV={os.environ['JIUZHU_ENV']}: the demo runs with JIUZHU_ENV=demo only")
    click.echo("preparing …")
    office = show.open_office(migrated=False)
    with exchange_of(office) as exchange:
        prepare(office, folder)
        if cases:
            play_cases(office)
        if not prepare_only:
            operate.run_all(office, host, port, 8, ready=lambda: _welcome(office, host, port, exchange))
    office.close()
