"""What is read behind each step before it is set again: what a case that comes from another version must bring."""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.engine.catalogue import inspect_resources
from jiuzhu.engine.lint_scene import Scene, Surroundings
from jiuzhu.engine.lint_values import ValueFlow
from jiuzhu.engine.moves import Needs
from jiuzhu.engine.values import Bundle


def newly_read(old: Bundle, new: Bundle, around: Surroundings, renames: Mapping[str, str]) -> Needs:
    """Return by process and element what the new version reads behind it and the old one did not."""
    before, after = _read_later(old, around), _read_later(new, around)
    backwards = {fresh: known for known, fresh in renames.items()}
    needs: dict[str, dict[str, frozenset[str]]] = {}
    for key, elements in after.items():
        for element, names in elements.items():
            known = before.get(key, {}).get(backwards.get(element, element), frozenset())
            if names - known:
                needs.setdefault(key, {})[element] = names - known
    return needs


def _read_later(bundle: Bundle, around: Surroundings) -> dict[str, dict[str, frozenset[str]]]:
    files = {f"{key}.bpmn": data for key, data in bundle.processes.items()}
    files |= {f"{key}.dmn": data for key, data in bundle.decisions.items()}
    files |= {f"{key}.form": data for key, data in bundle.forms.items()}
    # A table with several decisions stands in a bundle once a decision.
    once = {data: name for name, data in reversed(files.items())}
    scene = Scene(inspect_resources({name: data for data, name in once.items()})[0], around)
    flows = {key: ValueFlow(scene, file) for key, file in scene.processes.items()}
    found: dict[str, dict[str, frozenset[str]]] = {}
    for key, flow in flows.items():
        live = flow.live(flows)
        found[key] = {
            point_id: frozenset(read.name for read in point.late_reads if not read.silent)
            | (flow.later(point_id, live) - point.sets)
            for point_id, point in flow.graph.points.items()
        }
    return found
