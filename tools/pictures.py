"""Pictures of the diagrams for the handbook: SVG as bpmn-js draws it, slimmed, with the digest of what was drawn.

Drawing needs Chromium and takes seconds; whether a picture is current is answered by its digest alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
UNDRAWN = frozenset(f"{BPMN}{name}" for name in ("documentation", "extensionElements", "conditionExpression"))
"""What stands in the file and not in the picture."""
LONG = 60
"""A path's text that is longer and stands there twice is written once."""


def digest(diagram: Path) -> str:
    """Return the digest of everything in a diagram that its picture shows: shapes, names, kinds."""
    root = etree.parse(diagram).getroot()
    for element in [each for each in root.iter(etree.Element) if each.tag in UNDRAWN]:
        element.getparent().remove(element)
    lines = [
        f"{each.tag} {sorted((k, v) for k, v in each.attrib.items() if not k.startswith(CAMUNDA))} "
        f"{(each.text or '').strip()}"
        for each in root.iter(etree.Element)
    ]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def is_current(diagram: Path, picture: Path) -> bool:
    """Return whether a picture shows its diagram as it is."""
    return picture.is_file() and f"diagram {digest(diagram)}" in picture.read_text(encoding="utf-8")[:200]


def draw(diagrams: Sequence[Path], folder: Path) -> None:
    """Write the pictures of diagrams into a folder."""
    if not diagrams:
        return
    inside = Path(sys.executable).parent / "node"
    node = str(inside) if inside.exists() else (shutil.which("node") or "node")
    with tempfile.TemporaryDirectory() as raw:
        command = [node, "tools/diagrams/svg.mjs", raw, *(str(path) for path in diagrams)]
        subprocess.run(command, cwd=ROOT, check=True)
        for path in diagrams:
            drawn = (Path(raw) / f"{path.stem}.svg").read_bytes()
            (folder / f"{path.stem}.svg").write_text(slim(drawn, digest(path)), encoding="utf-8")


def slim(drawn: bytes, mark: str) -> str:
    """Return a picture without what only an editor needs, styles and icons written once."""
    root = etree.fromstring(drawn)
    for element in list(root.iter(etree.Element)):
        if "djs-hit" in element.get("class", "") or "djs-outline" in element.get("class", ""):
            element.getparent().remove(element)
    styles: dict[str, str] = {}
    paths = Counter(each.get("d", "") for each in root.iter(f"{SVG}path"))
    icons: dict[str, str] = {}
    for element in root.iter(etree.Element):
        _round(element)
        for name in ("data-element-id", "class", "lineHeight", "rx", "ry"):
            if name in element.attrib and (name not in {"rx", "ry"} or element.get(name) == "0"):
                del element.attrib[name]
        style = element.attrib.pop("style", "").replace("display: block;", "").strip()
        if style:
            element.set("class", styles.setdefault(style, f"s{len(styles)}"))
        if element.tag == f"{SVG}path" and paths[element.get("d", "")] > 1 and len(element.get("d", "")) > LONG:
            name = icons.setdefault(element.attrib.pop("d"), f"i{len(icons)}")
            element.tag = f"{SVG}use"
            element.set("href", f"#{name}")
    _flatten(root)
    _head(root, styles, icons)
    text = etree.tostring(root, encoding="unicode")
    return f"<!-- diagram {mark}, drawn by bpmn-js -->\n{text}\n"


def _round(element: etree._Element) -> None:
    for name in ("x", "y", "width", "height", "viewBox", "transform", "cx", "cy", "r", "points", "d"):
        value = element.get(name)
        if value and not (name == "d" and len(value) > LONG):
            element.set(name, re.sub(r"-?\d+\.\d+(e-\d+)?", _short, value))


def _short(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".").replace("-0", "0") if "e-" in found[0] else _two(found[0])


def _two(number: str) -> str:
    return f"{float(number):.2f}".rstrip("0").rstrip(".")


def _flatten(root: etree._Element) -> None:
    """Take out groups that do nothing."""
    for group in [each for each in root.iter(f"{SVG}g") if not each.attrib]:
        parent = group.getparent()
        at = parent.index(group)
        for child in reversed(list(group)):
            parent.insert(at, child)
        parent.remove(group)


def _tight(css: str) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", css)


def _head(root: etree._Element, styles: dict[str, str], icons: dict[str, str]) -> None:
    """Put styles and icons at the top, on white ground."""
    x, y, width, height = (root.get("viewBox") or "0 0 0 0").split()
    ground = etree.Element(f"{SVG}rect", x=x, y=y, width=width, height=height, fill="white")
    style = etree.Element(f"{SVG}style")
    style.text = "".join(f".{name}{{{_tight(css)}}}" for css, name in styles.items())
    defs = etree.Element(f"{SVG}defs")
    for path, name in icons.items():
        etree.SubElement(defs, f"{SVG}path", id=name, d=path)
    for element in (ground, defs, style):
        root.insert(0, element)
