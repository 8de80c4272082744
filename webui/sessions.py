"""Who is at the door: a random secret in a cookie, the session itself in the database.

Every page needs a person unless its blueprint is listed in ``OPEN``. Session times are machine time: the demo clock never logs
anybody out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

COOKIE = "jiuzhu_session"
OPEN = frozenset({"login", "notices", "static"})
"""Blueprints that need nobody: they show nothing that is not public."""
