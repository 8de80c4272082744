"""What the design guide asks of style sheets and templates, and a reader can check without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

WEBUI = Path(__file__).resolve().parents[2] / "webui"
CSS = WEBUI / "static" / "css"
TEMPLATES = sorted((WEBUI / "templates").rglob("*.html"))


def tokens() -> dict[str, str]:
    text = (CSS / "tokens.css").read_text("utf-8")
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b", text))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("paper", "ground")),
    *((pigment, "paper") for pigment in ("indigo", "pine", "amber", "cinnabar", "slate")),
    *((pigment, f"{pigment}-tint") for pigment in ("indigo", "pine", "amber", "cinnabar", "slate")),
    *((pigment, "on-dark") for pigment in ("indigo", "pine", "amber", "cinnabar", "slate")),
    ("on-dark-2", "masthead"),
    ("on-dark", "masthead"),
    ("ink", "focus"),
    ("focus", "masthead"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable(text: str, ground: str) -> None:
    colours = tokens()
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "ground", "sunken"])
def test_edges_of_controls_are_visible(ground: str) -> None:
    colours = tokens()
    assert contrast(colours["line-strong"], colours[ground]) >= 3


def test_colours_stand_in_tokens_only() -> None:
    found = [
        f"{path.name}: {hit}"
        for path in CSS.glob("*.css")
        if path.name != "tokens.css"
        for hit in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))
    ]
    assert not found


def test_style_sheets_stay_small() -> None:
    lengths = {path.name: path.read_text("utf-8").count("\n") for path in CSS.glob("*.css")}
    assert lengths.pop("base.css") < 350
    lengths.pop("tokens.css")
    assert all(length <= 60 for length in lengths.values()), lengths


def test_nothing_touches_the_viewers_mark() -> None:
    assert not [path.name for path in CSS.glob("*.css") if "powered-by" in path.read_text("utf-8")]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEBUI / "templates").as_posix())
def test_templates_hold_nothing_inline(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace(" ", "")
    assert not re.search(r"https?://", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEBUI / "templates").as_posix())
def test_every_posting_form_carries_the_token(template: Path) -> None:
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", template.read_text("utf-8"), re.DOTALL)
    assert all("csrf()" in form for form in forms)


def test_every_icon_is_in_the_sprite() -> None:
    listed = set(json.loads((WEBUI / "package.json").read_text("utf-8"))["icons"])
    sources = [path.read_text("utf-8") for path in TEMPLATES] + [
        path.read_text("utf-8") for path in WEBUI.rglob("*.py") if "node_modules" not in path.parts
    ]
    used = {
        name
        for text in sources
        for pattern in (
            r"icon\(\"([a-z0-9-]+)\"",
            r"icon=\"([a-z0-9-]+)\"",
            r"m\.(?:tag|notice|empty)\([^)]*\"([a-z0-9]+(?:-[a-z0-9]+)+)\"",
        )
        for name in re.findall(pattern, text)
    }
    assert used - listed == set()
