"""``jiuzhu clock``: the office date; it can be moved in the demo only."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from jiuzhu.cli import show
from jiuzhu.service import clock as service
from jiuzhu.service import identity

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def parse_span(text: str) -> timedelta:
    """Return the timedelta of ``7d``, ``36h``, ``90m`` or ``45s``."""
    found = re.fullmatch(r"(\d{1,5})([dhms])", text)
    if not found:
        raise click.UsageError(f"{text!r}: write 7d, 36h, 90m or 45s")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.group()
def clock() -> None:
    """Show or move the office date."""


@clock.command("show")
@show.json_option
def show_(as_json: bool) -> None:
    """Print the office time."""
    now = service.office_now(show.open_office())
    if as_json:
        show.print_json({"officeNow": now})
    else:
        click.echo(now.isoformat(timespec="minutes"))


@clock.command()
@click.argument("span")
@click.option("--as", "login", default="", help="Login of the person who moves it (audited).")
def advance(span: str, login: str) -> None:
    """Move the office date forward by SPAN (7d, 36h, 90m, 45s); refused outside the demo."""
    office = show.open_office()
    actor = identity.actor_of(office, login) if login else None
    now = service.advance_clock(office, actor, parse_span(span))
    click.echo(now.isoformat(timespec="minutes"))
