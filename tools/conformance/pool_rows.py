"""What is said of a drawing and of its pools, as rows of the page."""

from __future__ import annotations

from collections.abc import Iterable

from jiuzhu.engine.findings import Finding
from tools.conformance.miwg import Drawing, Pool


def as_drawn(drawing: Drawing) -> tuple[str, ...]:
    """Return the row of a file as it was drawn."""
    said = "deploys" if not drawing.findings else f"refused, {len(drawing.findings)}: {reasons(drawing.findings)}"
    stock = f"{drawing.stock_reads} of {drawing.pools}" + (f" ({drawing.stock_says})" if drawing.stock_says else "")
    return drawing.name, str(drawing.pools), said, stock


def taken(drawing: Drawing, pool: Pool) -> tuple[str, ...]:
    """Return the row of a process that was taken over."""
    name = drawing.name if drawing.pools == 1 else f"{drawing.name}, {pool.name}"
    filled = ", ".join(
        f"{rule} {count}" for rule, count in pool.filled.items() if rule not in ("pool", "group", "platform")
    )
    stock = f"**{pool.stock}**: {pool.stock_says}"
    if pool.result is None:
        return name, filled, f"**refused**: {reasons(pool.findings)}", stock
    result = pool.result
    ended = sum(walk.ended for walk in result.walks)
    visited = f"{len(result.nodes & result.visited)} of {len(result.nodes)} nodes"
    said = f"**executed**: {visited}, {ended} of {len(result.walks)} cases ended"
    missed = sorted(result.nodes - result.visited)
    if missed:
        said += f"; not visited: {', '.join(f'`{node[:20]}`' for node in missed)}"
    stopped = sorted({" ".join(walk.stopped.split()) for walk in result.walks if walk.stopped})
    return name, filled, said + "".join(f"; incident: {one}" for one in stopped), stock


def reasons(findings: Iterable[Finding]) -> str:
    """Return each reason once with the first element that it is about."""
    first: dict[tuple[str, str], str] = {}
    for one in findings:
        first.setdefault((one.rule, one.message), one.element_id)
    shown = [f"`{rule}` {words} (`{element[:16] or 'file'}`)" for (rule, words), element in first.items()]
    return "; ".join(shown[:3]) + (f"; and {len(shown) - 3} more" if len(shown) > 3 else "")


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
