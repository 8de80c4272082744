"""``jiuzhu test FOLDER``: recorded walks beside the diagrams are replayed in a throw-away office."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.cli.deploy import SUFFIXES
from jiuzhu.domain.walk_files import ENDING, WalkFile, parse
from jiuzhu.errors import ConfigurationError
from jiuzhu.settings import find_root
from jiuzhu.simulate.tryout.replay import Outcome, replay


@click.command("test")
@click.argument("folder", default="bpmn", type=click.Path(exists=True, path_type=Path))
@click.option("--district", default="", help="Only the walks of one district.")
@click.option("--rest", type=click.Path(exists=True, path_type=Path), help="Folder with everything (default: FOLDER).")
def test(folder: Path, district: str, rest: Path | None) -> None:
    """Replay the recorded walks (<key>.<name>.walk.toml) that lie beside the diagrams; exit status 1 when one fails."""
    walks, broken = read_walks(folder, district)
    for name, said in sorted(broken.items()):
        click.echo(f"不能读  {name}  {said}")
    if not walks and not broken:
        raise click.UsageError(f"{folder} holds no {ENDING} file" + (f" of {district}" if district else ""))
    around = rest or _whole(folder)
    outcomes = replay(walks, show.read_folder(around, SUFFIXES), find_root(), tell) if walks else []
    failed = sum(1 for one in outcomes if one.fault) + len(broken)
    click.echo(f"{len(outcomes) + len(broken)} 份走法，{failed} 份不通过")
    if failed:
        raise click.exceptions.Exit(1)


def read_walks(folder: Path, district: str = "") -> tuple[dict[str, WalkFile], Mapping[str, str]]:
    """Return the walks below a folder (or of one file) by name, and what is wrong with those that cannot be read."""
    paths = [folder] if folder.is_file() else sorted(folder.rglob(f"*{ENDING}"))
    walks: dict[str, WalkFile] = {}
    broken: dict[str, str] = {}
    for path in paths:
        try:
            walk = parse(path.read_text(encoding="utf-8"), path.name)
        except (ConfigurationError, UnicodeDecodeError) as error:
            broken[path.name] = str(error)
            continue
        if not district or walk.district == district:
            walks[path.name] = walk
    return walks, broken


def tell(outcome: Outcome) -> None:
    """Print what became of one walk."""
    if outcome.fault:
        click.echo(f"不通过  {outcome.name}  {outcome.fault}")
    else:
        click.echo(f"通过    {outcome.name}  {outcome.title}，{outcome.steps} 步")


def _whole(asked: Path) -> Path:
    """Return the folder with everything that walks below another one need: the project's, else the one asked for."""
    whole = (find_root() / "bpmn").resolve()
    inside = whole in (asked.resolve(), *asked.resolve().parents)
    return whole if inside else asked if asked.is_dir() else asked.parent
