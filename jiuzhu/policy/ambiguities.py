"""What the seeds leave open: ``config/ambiguities.csv`` names each question with the setting that answers it.

Columns: id, question, districts (``;``), requirements, part (``before_decision`` or ``year``), keys (parameters or
tables that carry the answer), drawn (elements of diagrams that do), answer (the default, in words).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jiuzhu.domain.requirements import PARTS
from jiuzhu.errors import ConfigurationError
from jiuzhu.policy.catalogue import PolicyCatalogue
from jiuzhu.policy.district import DistrictPolicy

COLUMNS = ("id", "question", "districts", "requirements", "part", "keys", "drawn", "answer")


@dataclass(frozen=True, kw_only=True)
class Ambiguity:
    """One open question of the seeds and the assumption by which the house goes on until a district answers it."""

    id: str
    question: str
    districts: tuple[str, ...]
    requirements: tuple[str, ...]
    part: str
    keys: tuple[str, ...]
    """Parameters and tables; those of the year need not exist yet."""
    drawn: tuple[str, ...]
    """``path#element``: what a diagram answers instead of a parameter."""
    answer: str

    def concerns(self, district: str, key: str) -> bool:
        """True when this parameter of this district rests on the assumption."""
        return district in self.districts and key in self.keys


def read_ambiguities(
    path: Path, catalogue: PolicyCatalogue, districts: Mapping[str, DistrictPolicy]
) -> tuple[Ambiguity, ...]:
    """Read the list and check it against what exists: a question before the decision needs its parameters in every
    district that it concerns and that has a file. Raises ConfigurationError naming file and id.
    """
    try:
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    found: dict[str, Ambiguity] = {}
    for row in rows:
        if set(row) != set(COLUMNS) or None in row.values():
            raise ConfigurationError(f"{path}: every line needs exactly the columns {', '.join(COLUMNS)}")
        one = Ambiguity(
            id=row["id"],
            question=row["question"],
            districts=_parts(row["districts"]),
            requirements=_parts(row["requirements"]),
            part=row["part"],
            keys=_parts(row["keys"]),
            drawn=_parts(row["drawn"]),
            answer=row["answer"],
        )
        if not one.id or one.id in found or one.part not in PARTS or not one.question or not one.answer:
            raise ConfigurationError(f"{path}: {one.id!r} is given twice or lacks part, question or answer")
        if one.part == PARTS[0]:
            _require_settings(path, one, catalogue, districts)
        found[one.id] = one
    return tuple(found.values())


def _require_settings(
    path: Path, one: Ambiguity, catalogue: PolicyCatalogue, districts: Mapping[str, DistrictPolicy]
) -> None:
    if not one.keys:
        raise ConfigurationError(f"{path}: {one.id}: a question before the decision needs a parameter")
    for key in one.keys:
        if key not in catalogue.keys and key not in catalogue.tables:
            raise ConfigurationError(f"{path}: {one.id}: config/policy.toml has no key or table {key!r}")
        for district in one.districts:
            policy = districts.get(district)
            if policy is not None and not (policy.dated_values.get(key) or policy.dated_rows.get(key)):
                raise ConfigurationError(f"{path}: {one.id}: config/districts/{district}.toml has no {key!r}")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def of_key(ambiguities: Iterable[Ambiguity], district: str, key: str) -> tuple[str, ...]:
    """Return the ids of the questions on whose answer a parameter rests."""
    return tuple(one.id for one in ambiguities if one.concerns(district, key))
