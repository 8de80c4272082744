"""Response headers of every page: nothing inline, nothing foreign, nothing kept by shared machines."""

from __future__ import annotations

from flask import Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
WITH_STYLE_ATTRIBUTES = f"{POLICY}; style-src-attr 'unsafe-inline'"
"""For the page of a table only: dmn-js places its drawing, and the bpmn.io mark in it, by style attributes."""
FOREVER = "public, max-age=31536000, immutable"


def harden(response: Response) -> Response:
    """Add the security headers; versioned static files may be kept, everything else not."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        versioned = "v" in request.args or request.path.startswith("/static/vendor/")
        response.headers["Cache-Control"] = FOREVER if versioned else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
