"""``jiuzhu demo``: everything with made-up people and cases, on one machine, after one command."""

from __future__ import annotations

import os
from pathlib import Path

import click

from jiuzhu.cli import operate, show
from jiuzhu.cli.deploy import SUFFIXES
from jiuzhu.service import deployment, identity, seed
from jiuzhu.service.office import Office, system_actor

PASSWORD = "demo-2026"


def prepare(office: Office, folder: Path) -> None:
    """Migrate, deploy ``folder``, load organisations, people, letters, seals and first cases; safe to repeat."""
    deployment.migrate(office)
    deployment.deploy(
        office, system_actor(), name=folder.name, resources=show.read_folder(folder, SUFFIXES), source="jiuzhu demo"
    )
    seed.load_demo(office, password=PASSWORD)


def _welcome(office: Office, host: str, port: int) -> None:
    click.echo(f"\n  救助 演示   http://{host}:{port}   （人员、证件号码、账号均为虚构；密码都是 {PASSWORD}）\n")
    for one in identity.demo_logins(office):
        click.echo(f"  {one.login:<32} {one.name}  {one.title}")
    click.echo(f"\n  Camunda Modeler: Deploy to http://{host}:{port}/engine-rest (Basic, process designer's login)")
    click.echo("  Ctrl-C stops; var/demo keeps the data, remove it to begin anew.\n")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--folder", default="bpmn", show_default=True, type=click.Path(exists=True, path_type=Path))
@click.option("--prepare-only", is_flag=True, help="Prepare database and people, serve nothing.")
def demo(host: str, port: int, folder: Path, prepare_only: bool) -> None:
    """Serve a complete demo: database, diagrams, people, cases, web, workers, scheduler."""
    os.environ.setdefault("JIUZHU_ENV", "demo")
    os.environ.setdefault("JIUZHU_HOME", "var/demo")
    click.echo("preparing …")
    office = show.open_office()
    prepare(office, folder)
    if prepare_only:
        return
    operate.run_all(office, host, port, 8, ready=lambda: _welcome(office, host, port))
