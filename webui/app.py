"""Build the Flask application for one office."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from flask import Flask, g

from webui import assets, csrf, dates, errors, forms, headers, navigation, sessions
from webui import office as desk_of_request
from webui.engine_rest import create_door, create_links
from webui.office import EXTENSION
from webui.pages import BLUEPRINTS
from webui.throttle import Throttle

if TYPE_CHECKING:
    from jiuzhu.bootstrap import Office

FORM_BYTES = 2 * 1024 * 1024
FORM_FIELDS = 4000
"""A visit form of six people with lists stays far below."""


def create_app(office: Office) -> Flask:
    """Build the pages over an office; starts nothing and opens nothing.

    Raises ConfigurationError when the browser libraries have not been installed.
    """
    assets.require_vendor()
    app = Flask(__name__, static_folder=str(assets.STATIC), static_url_path="/static")
    app.extensions[EXTENSION] = office
    app.extensions["throttle"] = Throttle()
    settings = office.settings
    # The demo may run without a secret: its sessions still live in the database, this key only signs messages and
    # form marks.
    app.secret_key = hashlib.sha256(b"webui:" + (settings.secret or settings.home.as_posix().encode())).hexdigest()
    app.config.update(
        SESSION_COOKIE_NAME="jiuzhu_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.is_demo,
        MAX_CONTENT_LENGTH=(int(settings.get("files", "attachment_megabytes")) + 2) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_FIELDS,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        own=assets.own,
        vendor=assets.vendor,
        icon_href=icon_href,
        csrf_token=csrf.issue,
        form_css=forms.form_css,
        form_js=forms.form_js,
        once_token=secrets.token_urlsafe,
    )
    app.jinja_env.filters.update(
        day=dates.day,
        full_day=dates.full_day,
        instant=dates.instant,
        clock_time=dates.clock_time,
        iso=dates.iso,
        money=dates.money,
    )
    app.before_request(sessions.load)
    app.before_request(sessions.require)
    app.before_request(csrf.check)
    app.after_request(headers.harden)
    app.context_processor(surroundings)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(create_door(office))
    app.register_blueprint(create_links())
    return app


def icon_href(name: str) -> str:
    """Return the address of one icon in the sprite."""
    return f"{assets.vendor('bootstrap-icons', 'icons.svg')}#{name}"


def surroundings() -> dict[str, object]:
    """Give every page what its frame shows: the person's desk, the office date, whether this is the demo."""
    office = desk_of_request.current_office()
    return {
        "desk": navigation.desk() if g.get("actor") is not None else None,
        "demo": office.settings.is_demo,
        "today": desk_of_request.today(),
    }
