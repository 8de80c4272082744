"""The visit team as planned: who goes, who leads, who has signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.records import Submission

PLANS = frozenset({"visit_plan", "round_plan"})


@dataclass(frozen=True, kw_only=True)
class VisitTeam:
    """One plan: person ids of the team and of its leader, names of village assistants."""

    submission: str
    people: tuple[str, ...]
    leader: str
    assistants: tuple[str, ...]


def latest_team(submissions: Sequence[Submission]) -> VisitTeam | None:
    """Return the team of the latest plan, of a household's visit or of a village's round; None before the first."""
    for submission in reversed(submissions):
        if submission.form in PLANS:
            return team_of(submission.data, submission.id)
    return None


def team_of(data: Mapping[str, Any], submission: str = "") -> VisitTeam:
    """Read a plan: ``team`` is a list of person ids or of rows with ``person``; without ``leader`` the first leads."""
    people = tuple(dict.fromkeys(person for person in map(_person, data.get("team") or ()) if person))
    leader = _person(data.get("leader") or "") or (people[0] if people else "")
    assistants = tuple(_name(each) for each in data.get("village_assistants") or () if _name(each))
    return VisitTeam(submission=submission, people=people, leader=leader, assistants=assistants)


def _person(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return str(entry.get("person") or entry.get("person_id") or entry.get("id") or "")
    return str(entry)


def _name(entry: Any) -> str:
    return str(entry.get("name") or "") if isinstance(entry, Mapping) else str(entry)
