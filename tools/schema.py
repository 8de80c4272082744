"""Writes schema versions for developers: ``python -m tools.schema MESSAGE`` after a change of tables or record kinds.

``--initial`` writes version 0001 anew, as long as no release has been made with it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from jiuzhu.store import Keyring, Store, schema

VERSIONS = schema.FOLDER / "versions"


def main() -> int:
    """Compare an empty (or migrated) database with the code and write the difference as a version file."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("message")
    arguments.add_argument("--initial", action="store_true")
    given = arguments.parse_args()
    files = sorted(VERSIONS.glob("[0-9]*.py"))
    if given.initial:
        for path in files:
            path.unlink()
        files = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'schema.db'}", Keyring(b""))
        if files:
            schema.migrate(store)
        if files and not schema.differences(store):
            print("the tables are as the versions have them")
            return 0
        schema.write_version(store, given.message, f"{len(files) + 1:04d}")
        store.close()
    return subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(VERSIONS)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
