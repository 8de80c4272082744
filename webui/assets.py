"""Addresses of static files that a browser may keep for ever.

Our own files carry their content hash, vendored packages their pinned version in the path (see ``vendor.mjs``).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from jiuzhu.errors import ConfigurationError

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def pinned() -> dict[str, str]:
    """Return package name, without its scope -> version as ``package.json`` pins them."""
    found = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    return {name.rpartition("/")[2]: version for name, version in found.items()}


@cache
def own(name: str) -> str:
    """Return the address of one of our files, such as ``css/base.css``."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def vendor(package: str, file: str) -> str:
    """Return the address of a vendored file; the file name only, without its folder in the package."""
    return f"/static/vendor/{package}-{pinned()[package]}/{file}"


def require_vendor() -> None:
    """Refuse to start without the browser libraries: pages would come without any style."""
    missing = [name for name, version in pinned().items() if not (STATIC / "vendor" / f"{name}-{version}").is_dir()]
    if missing:
        raise ConfigurationError(f"browser libraries are missing ({', '.join(missing)}): run `make setup`")
