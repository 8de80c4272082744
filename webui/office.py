"""The office and the person of the running request, and what every page asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from flask import current_app, g, url_for

from jiuzhu.domain.actor import Actor
from jiuzhu.service.office import Office
from webui import clocks, dates

EXTENSION = "jiuzhu"


def current_office() -> Office:
    """Return the office that this application was built for."""
    return cast(Office, current_app.extensions[EXTENSION])


def current_actor() -> Actor:
    """Return who is logged in; only pages that need a person may ask."""
    return cast(Actor, g.actor)


def may(permission: str) -> bool:
    """True when one of the person's roles has a permission: for what the navigation offers, never to allow anything."""
    actor: Actor | None = g.get("actor")
    return actor is not None and current_office().roles.may(actor.groups, permission)


def today() -> date:
    """Return the office's date."""
    return current_office().clock.now().astimezone(dates.ZONE).date()


def programmes() -> Mapping[str, str]:
    """Return programme code → Chinese name."""
    return {key: str(name) for key, name in current_office().settings.values["programmes"].items()}


def is_makeup_day(day: date) -> bool:
    """True for a Saturday or Sunday on which the office works."""
    if day.weekday() < 5:
        return False
    return current_office().calendar.working_days_between(day - timedelta(days=1), day) == 1


def clock_of(thing: clocks.Dated) -> clocks.Clock:
    """Return the clock of something that is due, at the office's date."""
    return clocks.clock(thing, today(), is_makeup_day)


def query_url(endpoint: str, values: Mapping[str, str]) -> str:
    """Return the address of a page with the values that are given; empty ones are left out."""
    given: dict[str, Any] = {name: value for name, value in values.items() if value}
    return url_for(endpoint, **given)
