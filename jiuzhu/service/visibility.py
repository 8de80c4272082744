"""Who sees which case (decisions C2, R-16): its town lies in a scope that the person may read, minus recusal.

Somebody who holds an open item of the case sees it too: an intake window that still has to deliver a letter, for
example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.signing import hands_of
from jiuzhu.errors import Forbidden, NotFound, OutOfReach
from jiuzhu.service.desk import Desk, reading_desk
from jiuzhu.service.office import Office
from jiuzhu.service.separation import recusal_sentence
from jiuzhu.store import cases, definitions, items, listing, papers, trials
from jiuzhu.store.listing import Scope

SUPERVISE = ("county_office", "county_leader")
"""Who transfers and supervises petitions (NH-11, JC-19)."""
GONE = "没有这件案子，或者它不在您的管辖范围内。"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a person may read: whole districts, towns, single villages."""

    scope: Scope

    def covers(self, *, district: str, town: str, village: str) -> bool:
        """True when a case of this place is in reach."""
        return district in self.scope.districts or town in self.scope.towns or village in self.scope.villages


def reach_of(desk: Desk, actor: Actor) -> Reach:
    """Return what a person may read by role and organisation."""
    districts: set[str] = set()
    towns: set[str] = set()
    villages: set[str] = set()
    for group in actor.groups:
        role_id, _, place = group.partition("@")
        role = desk.office.roles.by_id.get(role_id)
        if role is None or not role.may("read"):
            continue
        kind = desk.office.places.of(desk.tx, place).kind
        if kind == "village":
            villages.add(place)
        elif kind == "town":
            towns.add(place)
        elif role.scope == "below":
            districts.add(place)
    return Reach(scope=Scope(districts=tuple(districts), towns=tuple(towns), villages=tuple(villages)))


def districts_of(office: Office, actor: Actor) -> Sequence[str]:
    """Return the districts in which a person holds a post, in the order of the posts."""
    with reading_desk(office, actor) as desk:
        found = [desk.office.places.of(desk.tx, place).district for place in actor.organisations]
    return list(dict.fromkeys(found))


def find_head(desk: Desk, number: str) -> cases.Head | None:
    """Return a process instance by its number, None when there is none."""
    head = listing.by_record(desk.tx, number)
    if head is not None:
        trials.look(desk.tx, cases.trial_owner(head))
    return head


def head_of(desk: Desk, number: str) -> cases.Head:
    """Return a process instance by its number. Raises NotFound."""
    head = find_head(desk, number)
    if head is None:
        raise NotFound(GONE)
    return head


def is_confidential(desk: Desk, head: cases.Head) -> bool:
    """True for a record that only those who handle it may open (process property ``confidential``: petitions)."""
    known: dict[str, bool] = desk.tx.cache.setdefault("confidential", {})
    if head.definition not in known:
        facts = definitions.one_definition(desk.tx, head.definition).facts
        known[head.definition] = facts.get("properties", {}).get("confidential") == "true"
    return known[head.definition]


def may_list(desk: Desk, actor: Actor, head: cases.Head) -> bool:
    """True when a record within reach may stand in a person's lists."""
    if head.is_trial:
        return head.opened_by == actor.person_id
    return not is_confidential(desk, head) or _takes_part(desk, actor, head)


def may_see_trial(desk: Desk, actor: Actor, head: cases.Head) -> bool:
    """True for who tries a version that is not released, and for who may release it or runs the house there."""
    if head.opened_by == actor.person_id:
        return True
    oversees = any(desk.office.roles.may(actor.groups, one) for one in ("release", "operate"))
    return oversees and head.district in reach_of(desk, actor).scope.districts


def _takes_part(desk: Desk, actor: Actor, head: cases.Head) -> bool:
    """True for who completed a form of the record, and for the district's office and leader, who supervise it."""
    if any(actor.holds(f"{role}@{head.district}") for role in SUPERVISE):
        return True
    return any(actor.person_id in hands_of(one) for one in papers.submissions(desk.tx, head.case_no))


def require_visible(desk: Desk, actor: Actor, head: cases.Head) -> None:
    """Refuse whoever may not see a case. Raises NotFound (the two are not told apart), Forbidden for a recusal.

    Whoever keeps out of a confidential record is not even told so: a petition names whom it is about (R-04).
    """
    if head.is_trial:
        if not may_see_trial(desk, actor, head):
            raise OutOfReach(GONE)
        return
    sentence = recusal_sentence(*cases.recusal_of(desk.tx, head.case_no, actor.person_id))
    if sentence and not is_confidential(desk, head):
        raise Forbidden(sentence, rule="R-05")
    if sentence:
        raise OutOfReach(GONE)
    in_reach = reach_of(desk, actor).covers(district=head.district, town=head.town, village=head.village)
    if in_reach and (not is_confidential(desk, head) or _takes_part(desk, actor, head)):
        return
    groups = list(actor.groups)
    wanted = items.ItemFilter(case_no=head.case_no, groups=groups)
    if items.count(desk.tx, wanted):
        return
    raise OutOfReach(GONE)
