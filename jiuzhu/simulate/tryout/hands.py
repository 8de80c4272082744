"""What the made-up people of a trial do: begin, complete an item, bring a message in; usually, or one answer else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Failed, Forbidden, JiuzhuError, Refused
from jiuzhu.service import cases, identity, recipient_book, simulating, work
from jiuzhu.service.simulating import Open
from jiuzhu.service.tryout_choices import Variant, variants
from jiuzhu.service.tryout_office import Root, Wait
from jiuzhu.simulate.households import Families
from jiuzhu.simulate.memory import Memory
from jiuzhu.simulate.staff import Staff, words_of
from jiuzhu.simulate.tryout.place import Place

NOBODY = "没有人担任办理这一步的岗位"
PROGRAMME = "programme"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What came of an attempt."""

    done: bool
    said: str = ""
    """What stood in the way."""
    login: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    record_no: str = ""
    about: str = ""
    """The case or household that something was begun about."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """What the form showed."""


class Hands:
    """Everybody of the throw-away office; the same draw does the same."""

    def __init__(self, place: Place, draw: random.Random) -> None:
        self._place = place
        self._office = place.office
        self._staff = Staff(place.office, draw, Memory((), place.now.year), odd=0.0)
        self._families = Families(draw)
        self._starters: dict[tuple[str, bool], list[str]] = {}
        self._places: dict[str, list[str]] = {}
        self._variants: dict[str, list[Variant]] = {}
        # Before the first picture is taken: the office is put back, and a sheet stored later would be gone.
        for login in place.logins:
            self._staff.file(identity.actor_of(place.office, login))

    def complete(self, item: Open, variant: Variant | None = None) -> Deed:
        """Let whoever may complete an item, as usual or with one field answered on purpose."""
        said: JiuzhuError | None = None
        for actor in self._staff.colleagues.of(item):
            try:
                page = work.open_item(self._office, actor, item.id)
            except Refused as error:
                said = _telling(said, error)
                continue
            for given in self._tries(page.form, variant):
                try:
                    data = self._staff.answer(actor, page.form, page.context, item.case_no, given)
                    work.complete(self._office, actor, item.id, data)
                except (Refused, Failed) as error:
                    said = _telling(said, error)
                    continue
                # What is numbered by hand gets the next number.
                self._staff.done[item.element_id] += 1
                return Deed(done=True, login=actor.login, data=data, context=page.context)
        return Deed(done=False, said=_sentence(said) if said is not None else NOBODY)

    def begin(self, root: Root, variant: Variant | None = None, login: str = "") -> Deed:
        """Let somebody begin the root process."""
        said = ""
        for actor in self._beginners(root, login):
            try:
                about = self._about(actor, root)
                page = cases.start_form(self._office, actor, root.key, about)
                given = {**self._family(actor, page.sheet, root, variant), **(variant.answers if variant else {})}
                data = self._staff.answer(actor, page.sheet.form, page.sheet.context, about or "", given)
                started = cases.start_case(self._office, actor, root.key, data, about=about)
            except (Refused, Failed) as error:
                said = said or _sentence(error)
                continue
            number, seen = started.record_no, page.sheet.context
            return Deed(done=True, login=actor.login, data=data, record_no=number, about=about or "", context=seen)
        return Deed(done=False, said=said or "没有人可以发起这个流程")

    def bring(self, wait: Wait, variant: Variant | None = None) -> Deed:
        """Let somebody enter a message that a case waits for."""
        said = ""
        for login in wait.logins:
            actor = identity.actor_of(self._office, login)
            try:
                page = cases.message_form(self._office, actor, wait.record_no, wait.message)
                given = variant.answers if variant else {}
                data = self._staff.answer(actor, page.sheet.form, page.sheet.context, wait.case_no, given)
                cases.send_message(self._office, actor, wait.record_no, wait.message, data)
            except (Refused, Failed) as error:
                said = said or _sentence(error)
                continue
            return Deed(done=True, login=login, data=data, context=page.sheet.context)
        return Deed(done=False, said=said or "没有人可以登记")

    def beginning_variants(self, root: Root, constants: Mapping[str, frozenset[str]]) -> Sequence[Variant]:
        """Return what could be answered otherwise where the root process begins."""
        for actor in self._beginners(root, ""):
            try:
                sheet = cases.start_form(self._office, actor, root.key, self._about(actor, root)).sheet
            except Refused:
                continue
            return list(variants(sheet.form, sheet.context, constants))
        return ()

    def item_variants(self, item: Open, constants: Mapping[str, frozenset[str]]) -> Sequence[Variant]:
        """Return what could be answered otherwise at an item; nothing when nobody may open it."""
        known = self._variants.get(item.form)
        if known is not None:
            return known
        for actor in self._staff.colleagues.of(item):
            try:
                page = work.open_item(self._office, actor, item.id)
            except Refused:
                continue
            self._variants[item.form] = found = list(variants(page.form, page.context, constants))
            return found
        return ()

    def places(self, root: Root) -> Sequence[str]:
        """Return one login of each organisation where the root process may begin and somebody lives who applies."""
        if root.key not in self._places:
            found: dict[tuple[str, ...], str] = {}
            for actor in self._beginners(root, ""):
                if root.about or simulating.has_villages(self._office, actor):
                    found.setdefault(tuple(actor.organisations), actor.login)
            self._places[root.key] = list(found.values())
        return self._places[root.key]

    def _tries(self, form: Any, variant: Variant | None) -> Iterator[Mapping[str, Any]]:
        if variant is None:
            yield {}
            yield from self._staff.otherwise(form)
        elif variant.list_key:
            yield {
                variant.list_key: {"each": {**self._staff.each_row(form, variant.list_key), variant.key: variant.value}}
            }
        else:
            yield variant.answers
            # A choice may need what else goes with it: the answers that go with a refusal.
            for other in self._staff.otherwise(form):
                if other.get(variant.key) == variant.value:
                    yield other

    def _family(self, actor: Actor, sheet: Any, root: Root, variant: Variant | None) -> Mapping[str, Any]:
        if root.about or "applicant_id" not in sheet.form.keys:
            return {}
        programmes = [one.value for one in variants(sheet.form, sheet.context, {}) if one.key == PROGRAMME]
        wanted = variant.value if variant is not None and variant.key == PROGRAMME else (programmes or ["dibao"])[0]
        villages = simulating.villages_of(self._office, actor)
        if not villages:
            raise Refused(f"{actor.login}所在的单位下面没有村（居），没有家庭可以申请。")
        return self._families.application(villages[0], str(wanted), self._place.now.date())

    def _beginners(self, root: Root, login: str) -> Iterator[Actor]:
        about = bool(root.about)
        if (root.key, about) not in self._starters:
            self._starters[root.key, about] = [
                one
                for one in self._place.logins
                # Agents only hand in what they have a letter for.
                if "-agent-" not in one
                and any(
                    found.key == root.key
                    for found in cases.startable(self._office, identity.actor_of(self._office, one), about=about)
                )
            ]
        for one in self._starters[root.key, about]:
            if login in ("", one):
                yield identity.actor_of(self._office, one)

    def _about(self, actor: Actor, root: Root) -> str | None:
        """Return a case or household that the root process may be about. Raises NotFound when there is none."""
        if not root.about:
            return None
        numbers = [row.case_no for row in cases.list_cases(self._office, actor, limit=50).cases if row.ended_at is None]
        numbers = sorted(numbers) if root.about == "case" else []
        numbers += [row.recipient_no for row in recipient_book.list_recipients(self._office, actor)]
        for number in numbers:
            found = cases.startable(self._office, actor, about=True, number=number)
            if any(one.key == root.key for one in found):
                return number
        raise Refused("没有可以办这件事的案件或者在享家庭")


def _telling(known: JiuzhuError | None, error: JiuzhuError) -> JiuzhuError:
    """Return the error that says more: what is wrong with the answers before who may not give them."""
    return error if known is None or (isinstance(known, Forbidden) and not isinstance(error, Forbidden)) else known


def _sentence(error: JiuzhuError) -> str:
    return words_of(error) if isinstance(error, Refused | Failed) else str(error)
