"""Coming in and going out: password, session cookie, and in the demo the list of its people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.errors import Forbidden
from jiuzhu.service import identity
from webui import sessions
from webui.office import current_office
from webui.throttle import Throttle, pair

pages = Blueprint("login", __name__)

DEMO_PASSWORD = "demo-2026"
"""Password of all demo people; they exist in the demo only."""


@pages.get("/login")
def show() -> str | Response:
    """Show the form; whoever is in already goes on."""
    if sessions.actor() is not None:
        return redirect(sessions.safe_next(request.args.get("next", "")))
    back = request.args.get("next", "")
    message = "请先登录，登录后回到刚才的页面。" if back not in ("", "/", "/inbox") else ""
    return form(login=request.args.get("login", "")[:120], next_page=back, message=message)


@pages.post("/login")
def enter() -> str | Response | tuple[str, int]:
    """Check the password; after too many failures this account waits for whoever tries from this address."""
    login = request.form.get("login", "").strip()[:120]
    next_page = request.form.get("next", "")
    tallies, address = throttle(), request.remote_addr or ""
    key = pair(login, address)
    minutes = max(tallies.account.minutes_to_wait(key), tallies.address.minutes_to_wait(address))
    if minutes:
        return form(login=login, next_page=next_page, failed=f"试错次数太多，请 {minutes} 分钟后再试。"), 429
    try:
        actor = identity.authenticate(current_office(), login, request.form.get("password", ""))
    except Forbidden:
        tallies.address.note(address)
        left = tallies.account.note(key)
        tail = f"还可再试 {left} 次" if left else "请过 15 分钟再试"
        return form(login=login, next_page=next_page, failed=f"账号或密码不对，{tail}"), 422
    tallies.account.forget(key)
    response = redirect(sessions.safe_next(next_page), 303)
    sessions.open_for(actor, response)
    return response


@pages.post("/logout")
def leave() -> Response:
    """End the session, here and in the database."""
    response = redirect(url_for("login.show"), 303)
    sessions.close(response)
    return response


def throttle() -> Throttle:
    """Return this process's count of wrong passwords."""
    return cast(Throttle, current_app.extensions["throttle"])


def form(*, login: str = "", next_page: str = "", failed: str = "", message: str = "") -> str:
    """Render the form."""
    office = current_office()
    return render_template(
        "login.html",
        login=login,
        next=next_page,
        failed=failed,
        message=message,
        districts=[policy.name for policy in office.policies.districts.values()],
        demo_password=DEMO_PASSWORD,
        demo_logins=demo_people() if office.settings.is_demo else [],
    )


def demo_people() -> Sequence[tuple[str, Sequence[identity.DemoLogin]]]:
    """Return the demo's people by district, in the order of a case's way."""
    office = current_office()
    people = identity.demo_logins(office)
    return [
        (policy.name, [person for person in people if person.login.startswith(f"{district}-")])
        for district, policy in office.policies.districts.items()
    ]
