"""``python -m tools.conformance``: measure, and write ``docs/conformance.md``; ``--check`` compares only."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tools.conformance.page import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"


def main() -> int:
    """Run the command; returns 1 when ``--check`` finds another page than a new run gives."""
    parser = argparse.ArgumentParser(prog="python -m tools.conformance", description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE, help="where to write the page")
    parser.add_argument("--check", action="store_true", help="compare with the page instead of writing it")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    text = page()
    if given.check:
        current = given.out.is_file() and given.out.read_text(encoding="utf-8") == text
        print("conformance.md is current" if current else "run python -m tools.conformance")
        return 0 if current else 1
    given.out.write_text(text, encoding="utf-8")
    print(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
