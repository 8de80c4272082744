"""``python -m tools.handbook``: ``docs/handbook/procedures`` from diagrams and requirements; ``--check`` compares only.

A picture is drawn anew (needs Chromium) only when its diagram looks different; ``--check`` never draws.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tools import pictures
from tools.house_words import SHARED, House
from tools.procedure_page import NOTE, Page

PAGES = Path(__file__).resolve().parent.parent / "docs/handbook/procedures"
LARGEST = 100_000
"""Bytes a picture may have."""


def pages(house: House) -> Iterator[tuple[str, str]]:
    """Yield file name and text of every page, the index first."""
    yield "README.md", _index(house)
    for key in house.processes:
        yield f"{key}.md", Page(house, key).text()


def _index(house: House) -> str:
    lines = ["# 各区的办事规程", "", NOTE, "", "每页一张流程图，和每个环节由谁办、几天内办、填什么、依据哪一条。", ""]
    folders = sorted({house.folder(key) for key in house.processes}, key=lambda each: (each == SHARED, each))
    for folder in folders:
        lines += [f"## {house.place(folder)}", "", "| 规程 | 谁发起 | 办什么 |", "|---|---|---|"]
        for key in sorted(key for key in house.processes if house.folder(key) == folder):
            page = Page(house, key)
            name = " ".join(page.process.name.split())
            who = "、".join(house.roles.label(role) for role in page.process.starter_groups) or "由其他流程启动"
            lines.append(f"| [{name}]({key}.md) | {who} | {page._said(page.process.documentation) or '—'} |")
        lines.append("")
    return "\n".join(lines)


def stale(house: House) -> list[str]:
    """Return what is not as the diagrams are: pages, pictures, and files that belong to no diagram."""
    texts = dict(pages(house))
    found = [name for name, text in texts.items() if not _is(PAGES / name, text)]
    for path in house.files:
        picture = PAGES / f"{path.stem}.svg"
        if not pictures.is_current(path, picture):
            found.append(picture.name)
        elif picture.stat().st_size > LARGEST:
            found.append(f"{picture.name} (too large)")
    known = {*texts, *(f"{key}.svg" for key in house.processes)}
    return found + sorted(path.name for path in PAGES.glob("*") if path.name not in known)


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write(house: House) -> None:
    """Write what is stale."""
    PAGES.mkdir(parents=True, exist_ok=True)
    texts = dict(pages(house))
    known = {*texts, *(f"{key}.svg" for key in house.processes)}
    for path in PAGES.glob("*"):
        if path.name not in known:
            path.unlink()
    for name, text in texts.items():
        if not _is(PAGES / name, text):
            (PAGES / name).write_text(text, encoding="utf-8")
    pictures.draw([path for path in house.files if not pictures.is_current(path, PAGES / f"{path.stem}.svg")], PAGES)


def main(arguments: list[str]) -> int:
    """Write the pages, or say which of them are not current."""
    house = House()
    if "--check" not in arguments:
        write(house)
    left = stale(house)
    if left:
        print(f"not current, run `python -m tools.handbook`: {', '.join(left)}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
