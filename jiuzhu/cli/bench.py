"""``jiuzhu bench``: ratios measured in one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from jiuzhu.cli import show


@click.group()
def bench() -> None:
    """Measure; prints ratios of one run on this machine."""


@bench.command()
@click.option("--cases", default=20, show_default=True, type=click.IntRange(min=1), help="Cases per variant.")
@click.option("--postgres", default="", metavar="URL", help="Server to make databases on (default: a private one).")
@show.json_option
def steps(cases: int, postgres: str, as_json: bool) -> None:
    """Durable steps of the real procedure: in memory, stock serialisation, ours, and the commit floor."""
    from jiuzhu.bench import steps as measure

    result = measure.run(cases=cases, postgres_url=postgres, progress=lambda line: click.echo(line, err=True))
    if as_json:
        show.print_json(result)
    else:
        click.echo(measure.table(result))


@bench.command("import")
@click.option("--households", default=20_000, show_default=True, type=click.IntRange(min=1))
@click.option("--postgres", is_flag=True, help="On a private PostgreSQL instead of SQLite.")
@show.json_option
def import_(households: int, postgres: bool, as_json: bool) -> None:
    """A whole stock of households from one XLSX: dry run, release, undo; at most five minutes for 20 000."""
    from jiuzhu.bench import takeover as measure

    result = measure.run(households, postgres, progress=lambda line: click.echo(line, err=True))
    _tell(result, as_json, met=result["within"])


@bench.command()
@click.option("--households", default=2000, show_default=True, type=click.IntRange(min=300))
@click.option("--postgres", is_flag=True, help="On a private PostgreSQL instead of SQLite.")
@click.option("--throttle", default=200, show_default=True, type=click.IntRange(1, 200), help="Households a look.")
@show.json_option
def campaign(households: int, postgres: bool, throttle: int, as_json: bool) -> None:
    """A review of a town's households, killed three times: starts a second, memory, one clerk's click and inbox."""
    from jiuzhu.bench import campaign as measure

    result = measure.run(households, lambda line: click.echo(line, err=True), postgres=postgres, throttle=throttle)
    _tell(result, as_json, met=result["met"])


@bench.command()
@click.option("--postgres", is_flag=True, help="On a private PostgreSQL instead of SQLite.")
@show.json_option
def deploy(postgres: bool, as_json: bool) -> None:
    """One changed diagram deployed on everything that is deployed: the whole lint, at most five seconds."""
    from jiuzhu.bench import deploying as measure

    result = measure.run(postgres, lambda line: click.echo(line, err=True))
    _tell(result, as_json, met=result["within"])


def _tell(result: Mapping[str, Any], as_json: bool, *, met: bool) -> None:
    """Print what was measured; exit code 1 when the bound was not met."""
    if as_json:
        show.print_json(result)
    else:
        for name, value in result.items():
            click.echo(f"{name}: {value}")
    if not met:
        raise click.exceptions.Exit(1)
