"""Commands around diagrams: migrate the database, deploy, lint, write element templates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from jiuzhu.cli import show
from jiuzhu.errors import DeploymentRefused
from jiuzhu.service import deployment, identity, modeler_templates
from jiuzhu.service import modeler_kit as kits
from jiuzhu.service.office import system_actor
from jiuzhu.service.roles import load_roles
from jiuzhu.service.variables import load_variables
from jiuzhu.settings import find_root
from workers import TOPICS

SUFFIXES = (".bpmn", ".dmn", ".form")


def print_findings(findings: Sequence[Any]) -> int:
    """Print findings in the designer's words; return the number of errors."""
    for one in findings:
        place = f"{one.resource}:{one.line}" if one.line else one.resource
        mark = "错误" if one.severity == "error" else "提醒"
        name = f" {one.element_name}" if one.element_name else ""
        click.echo(f"{place}  {mark}  {one.element_id}{name}  {one.message}{one.remedy}  [{one.rule}]")
    return sum(1 for one in findings if one.severity == "error")


@click.command()
def migrate() -> None:
    """Create or upgrade the database."""
    click.echo(deployment.migrate(show.open_office(migrated=False)))


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--name", default="", help="Name of the deployment (default: the folder's).")
@click.option("--check", is_flag=True, help="Only check; deploy nothing.")
@click.option("--as", "login", default="", metavar="LOGIN", help="Deploy as this designer: waits for release.")
def deploy(folder: Path, name: str, check: bool, login: str) -> None:
    """Deploy all diagrams, tables and forms of a folder (or one file); nothing if one has an error.

    Without --as it is the installation that deploys what came with the program: released at once.
    """
    office = show.open_office()
    actor = identity.actor_of(office, login) if login else system_actor()
    resources = show.read_folder(folder, SUFFIXES)
    try:
        if check:
            findings = deployment.check(office, resources)
            errors = print_findings(findings)
            click.echo(f"{len(resources)} file(s), {errors} error(s)")
            raise click.exceptions.Exit(1 if errors else 0)
        made = deployment.deploy(office, actor, name=name or folder.name, resources=resources, source="jiuzhu deploy")
    except DeploymentRefused as error:
        print_findings(error.findings)
        raise
    if made.duplicate:
        click.echo(f"unchanged: {made.name} ({made.id})")
        return
    for one in made.definitions:
        click.echo(f"{one.key}  version {one.version}  {one.name}")
    click.echo(f"deployed {len(resources)} file(s) as {made.id}")
    if made.state == "waiting":
        click.echo(f"等待另一人放行：jiuzhu release approve {made.id} --as LOGIN")


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--errors-only", is_flag=True, help="Leave the reminders out.")
@click.option("--strict", is_flag=True, help="A reminder is a failure, too.")
@show.json_option
def lint(folder: Path, errors_only: bool, strict: bool, as_json: bool) -> None:
    """Check diagrams, tables and forms as a deployment would, without a database."""
    resources = show.read_folder(folder, SUFFIXES)
    config = find_root() / "config"
    findings: Sequence[Any] = deployment.lint_offline(
        resources, topics=TOPICS, roles=load_roles(config), variables=load_variables(config)
    )
    if errors_only:
        findings = [one for one in findings if one.severity == "error"]
    if as_json:
        show.print_json(findings)
        errors = sum(1 for one in findings if one.severity == "error")
    else:
        errors = print_findings(findings)
        click.echo(f"{len(resources)} file(s): {errors} error(s), {len(findings) - errors} reminder(s)")
    if errors or (strict and findings):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only say whether the folder holds what would be written.")
def templates(folder: Path, check: bool) -> None:
    """Write the element templates of topics, posts, called processes and tables for Camunda Modeler."""
    stale = []
    root = find_root()
    resources = show.read_folder(root / "bpmn", SUFFIXES)
    made = modeler_templates.templates_of_files(TOPICS, load_roles(root / "config"), resources)
    for name, found in made.items():
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if check and stale:
        click.echo(f"stale: {', '.join(stale)}; run: jiuzhu templates {folder}")
        raise click.exceptions.Exit(1)
    click.echo(f"written: {', '.join(stale)}" if stale else "up to date")


@click.command("modeler-kit")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def modeler_kit(file: Path) -> None:
    """Write what a designer installs in Camunda Modeler: element templates and a linter, as one zip."""
    file.write_bytes(kits.kit(show.open_office(), system_actor()))
    click.echo(f"written: {file}")
