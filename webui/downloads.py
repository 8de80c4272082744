"""Files that a browser or a client keeps: the header that gives them their name, which may be Chinese."""

from __future__ import annotations

import re
from urllib.parse import quote

_UNSAFE = re.compile(r"[^A-Za-z0-9._~ -]")


def named(name: str, way: str = "attachment", *, plain: bool = False) -> str:
    """Return a Content-Disposition (RFC 6266); ``plain``: with the name in ASCII before it, for clients that read only
    that.
    """
    old = f' filename="{_UNSAFE.sub("_", name)}";' if plain else ""
    return f"{way};{old} filename*=UTF-8''{quote(name, safe='')}"
