"""Bundles: what a case calls, frozen at its start (decisions B2).

A called process is the latest released one of the case's own district, else of the shared ones: what a call
without a binding means in Camunda 7. Forms and decisions (bound to the deployment) come from the deployment of the
definition that names them, else from the latest released. The bundle's id is the hash over everything in it, so
two cases that freeze the same things share one bundle.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jiuzhu.domain.topics import Topic
from jiuzhu.engine import Bundle, Engine
from jiuzhu.engine.catalogue import read_process
from jiuzhu.errors import ConfigurationError, NotFound
from jiuzhu.store import Transaction, definitions
from jiuzhu.store.definitions import DefinitionRow, Revision
from jiuzhu.store.types import dumps

KINDS = ("process", "decision", "form")
MOST_KEPT = 200


@dataclass(frozen=True, kw_only=True)
class _Surroundings:
    """Where references of one district are looked up."""

    latest: Mapping[tuple[str, str], DefinitionRow]
    by_deployment: dict[str, Mapping[tuple[str, str], DefinitionRow]]


class BundleShelf:
    """Bundles by id, parsed once a process."""

    def __init__(self, engine: Engine, topics: Mapping[str, Topic]) -> None:
        self._engine = engine
        self._topics = topics
        self._bundles: dict[str, Bundle] = {}
        self._composed: dict[tuple[str, str, Revision], Bundle] = {}
        self._parts: dict[str, dict[str, dict[str, str]]] = {}
        self._stored: set[str] = set()
        self._names: dict[str, Mapping[str, str]] = {}
        self._released: tuple[Revision, dict[str, Mapping[tuple[str, str], DefinitionRow]]] = ((0, 0, 0), {})
        self._lock = threading.Lock()

    def get(self, tx: Transaction, bundle_id: str) -> Bundle:
        """Return a bundle, read and parsed at the first question. Raises NotFound."""
        bundle = self._bundles.get(bundle_id)
        if bundle is None:
            process_key, parts = definitions.bundle_parts(tx, bundle_id)
            bundle = self._keep(_load(tx, bundle_id, process_key, parts))
        return bundle

    def released(self, tx: Transaction, district: str) -> Mapping[tuple[str, str], DefinitionRow]:
        """Return (kind, key) → what a district works by now: its own latest, else the shared one.

        Read once a deployment or release: every page and every start asks. ``definitions.revision`` is asked of the
        database each time, so that what another process deploys or releases counts from the next transaction on.
        """
        now = definitions.revision(tx)
        with self._lock:
            if self._released[0] != now:
                self._released = (now, {})
            by_district = self._released[1]
        known = by_district.get(district)
        if known is None:
            known = by_district[district] = MappingProxyType(definitions.latest(tx, [district, None]))
        return known

    def latest(self, tx: Transaction, key: str, district: str) -> DefinitionRow:
        """Return the process that a district starts under this key: its own, else the shared one. Raises NotFound."""
        known = self.released(tx, district).get(("process", key))
        if known is None:
            raise NotFound(f"没有可以启动的流程：{key}")
        return known

    def process_names(self, bundle: Bundle) -> Mapping[str, str]:
        """Return process key → Chinese name of a bundle's diagrams."""
        names = self._names.get(bundle.id)
        if names is None:
            names = {key: read_process(xml, f"{key}.bpmn").name for key, xml in bundle.processes.items()}
            self._names[bundle.id] = names
        return names

    def peek(self, tx: Transaction, definition: DefinitionRow, district: str) -> Bundle:
        """Return the closure of a definition for a district as it would be frozen now; stores nothing.

        Raises ConfigurationError when something that it names is not deployed.
        """
        place = (definition.id, district, definitions.revision(tx))
        bundle = self._composed.get(place)
        if bundle is None:
            parts = _close(tx, definition, self.released(tx, district), self._topics)
            bundle_id = hashlib.sha256(dumps({"process": definition.key, "parts": parts}).encode()).hexdigest()
            bundle = self._bundles.get(bundle_id) or self._keep(_load(tx, bundle_id, definition.key, parts))
            if len(self._composed) > MOST_KEPT:
                self._composed.clear()
            self._composed[place] = bundle
            self._parts[bundle_id] = parts
        return bundle

    def freeze(self, tx: Transaction, definition: DefinitionRow, district: str) -> Bundle:
        """Return the closure of a definition for a district, stored when it is new. Raises as ``peek``."""
        bundle = self.peek(tx, definition, district)
        if bundle.id not in self._stored:
            definitions.add_bundle(tx, bundle.id, definition.key, self._parts[bundle.id])
            # Remembered only when it is stored: a start that is rolled back takes the row of its bundle with it.
            tx.after_commit(lambda: self._stored.add(bundle.id))
        return bundle

    def forget_stored(self) -> None:
        """Store bundles anew when they are frozen next: the database was put back to an earlier moment."""
        self._stored.clear()

    def _keep(self, bundle: Bundle) -> Bundle:
        with self._lock:
            self._engine.prepare(bundle)
            if len(self._bundles) > MOST_KEPT:
                self._bundles.clear()
            self._bundles[bundle.id] = bundle
        return bundle


def _load(tx: Transaction, bundle_id: str, process_key: str, parts: Mapping[str, Mapping[str, str]]) -> Bundle:
    contents = definitions.read_resources(tx, [sha for kind in KINDS for sha in parts[kind].values()])
    by_kind = {kind: {key: contents[sha] for key, sha in parts[kind].items()} for kind in KINDS}
    return Bundle(
        id=bundle_id,
        process_key=process_key,
        processes=by_kind["process"],
        decisions=by_kind["decision"],
        forms=by_kind["form"],
    )


def _close(
    tx: Transaction, root: DefinitionRow, latest: Mapping[tuple[str, str], DefinitionRow], topics: Mapping[str, Topic]
) -> dict[str, dict[str, str]]:
    place = _Surroundings(latest=latest, by_deployment={})
    parts: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    pending = [root]
    while pending:
        current = pending.pop()
        if current.key in parts[current.kind]:
            continue
        parts[current.kind][current.key] = current.sha256
        for kind, key in references(current, topics):
            if key not in parts[kind]:
                pending.append(_resolve(tx, place, current, kind, key))
    return parts


def references(definition: DefinitionRow, topics: Mapping[str, Topic]) -> list[tuple[str, str]]:
    """Return (kind, key) of everything that a definition names."""
    facts = definition.facts
    named = [("process", key) for key in facts.get("calls", ())]
    named += [("decision", key) for key in facts.get("decisions", ())]
    named += [("form", key) for key in facts.get("forms", ())]
    for topic in facts.get("topics", ()):
        if topic in topics:
            named += [("decision", key) for key in topics[topic].contract.decisions]
    return named


def _resolve(tx: Transaction, place: _Surroundings, user: DefinitionRow, kind: str, key: str) -> DefinitionRow:
    own = place.by_deployment.get(user.deployment)
    if own is None:
        rows = definitions.of_deployment(tx, user.deployment)
        own = place.by_deployment[user.deployment] = {(row.kind, row.key): row for row in rows}
    here, latest = own.get((kind, key)), place.latest.get((kind, key))
    # What waits for release is tried as it was deployed: with the processes that came with it.
    follows_latest = kind == "process" and user.released
    found = (latest or here) if follows_latest else (here or latest)
    if found is None:
        raise ConfigurationError(f"{user.key} names {kind} {key}, which is not deployed")
    return found
