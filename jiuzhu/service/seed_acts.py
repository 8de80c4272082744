"""What a step of the demo's first cases does: an item, a message, a start, a list, its release, the bank's answer.

Each goes through the use case of the page, as the person who is named.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from jiuzhu.domain.actor import Actor
from jiuzhu.domain.rows import Recipient, Takeover
from jiuzhu.engine.forms import Form
from jiuzhu.errors import ConfigurationError, Forbidden, Invalid
from jiuzhu.service import cases, documents, inbox, payments, takeover, takeover_release, work
from jiuzhu.service.office import Office
from jiuzhu.service.written_answers import answers_of
from jiuzhu.store.shelf import shelf_of

SHEET = "sheet.png"
STEP_KEYS: Mapping[str, frozenset[str]] = {
    "item": frozenset({"about", "village", "every", "answers"}),
    "message": frozenset({"answers"}),
    "start": frozenset({"about", "answers"}),
    "import": frozenset(),
    "release": frozenset({"refused"}),
    "bank": frozenset({"failed"}),
}
"""Kind of step → what else it may say; ``by`` and ``at`` stand in each."""


class Acts:
    """The acts of one file; they share its case, its district and its uploaded sheets."""

    def __init__(self, office: Office, path: Path, common: Mapping[str, Any], district: str) -> None:
        self._office = office
        self._path = path
        self._common = common
        self._district = district
        self._sheets: dict[str, str] = {}
        self.case_no = ""
        """Of the case that the file is about, '' for a file of many."""

    def begin(self, actor: Actor, process: str, own: Mapping[str, Any], *, once: str, about: str | None = None) -> bool:
        """Start a process; False when it was started before."""
        page = cases.start_form(self._office, actor, process, about)
        form = page.sheet.form
        answers = self._answers(actor, {**self._common.get(form.id, {}), **own}, form, page.sheet.context)
        started = cases.start_case(self._office, actor, process, answers, about=about, once=once)
        if not started.already_done and about is None:
            self.case_no = started.case_no
        return not started.already_done

    def do(self, actor: Actor, step: Mapping[str, Any]) -> None:
        """Do what a step says. Raises ConfigurationError for one of an unknown kind."""
        kind = kind_of(step)
        getattr(self, f"_{kind}")(actor, step)

    def is_taken_over(self, name: str) -> bool:
        """Return whether the list of this name was taken over in the district already."""
        with self._office.store.reading() as tx:
            return bool(shelf_of(tx).find(Takeover, {"district": self._district, "file_name": name}))

    def _start(self, actor: Actor, step: Mapping[str, Any]) -> None:
        about = self._recipient(step["about"]).recipient_no if "about" in step else None
        once = f"demo-case:{self._path.stem}:{step['start']}:{step['at']}"
        self.begin(actor, step["start"], step.get("answers", {}), once=once, about=about)

    def _message(self, actor: Actor, step: Mapping[str, Any]) -> None:
        form = cases.message_form(self._office, actor, self.case_no, step["message"]).sheet.form
        given = {**self._common.get(form.id, {}), **step.get("answers", {})}
        once = f"demo-case:{self._path.stem}:{step['message']}:{step['at']}"
        data = self._answers(actor, given, form, {})
        cases.send_message(self._office, actor, self.case_no, step["message"], data, once=once)

    def _item(self, actor: Actor, step: Mapping[str, Any]) -> None:
        for item in self._open_items(actor, step):
            page = work.open_item(self._office, actor, item)
            given = {**self._common.get(page.form.id, {}), **step.get("answers", {})}
            data = self._answers(actor, given, page.form, page.context)
            inbox.claim(self._office, actor, item)
            work.complete(self._office, actor, item, data)

    def _import(self, actor: Actor, step: Mapping[str, Any]) -> None:
        path = self._path.parent / step["import"]
        view = takeover.check(self._office, actor, path.read_bytes(), path.name)
        if view.fault_count:
            fault = view.faults[0]
            raise ConfigurationError(f"{path.name}: row {fault['row']} {fault['place']}: {fault['sentence']}")
        takeover.submit(self._office, actor, view.import_no)

    def _release(self, actor: Actor, step: Mapping[str, Any]) -> None:
        handed = [one for one in takeover.list_imports(self._office, actor) if one.state == "submitted"]
        if not handed:
            raise Invalid("没有等待放行的名单。")
        try:
            takeover.release(self._office, actor, handed[0].import_no)
        except Forbidden:
            if step.get("refused"):
                return
            raise
        takeover_release.carry_on(self._office, handed[0].import_no)

    def _bank(self, actor: Actor, step: Mapping[str, Any]) -> None:
        """Import the bank's answer to the district's list of a programme: what is not named as failed was paid."""
        sent = [
            one.row
            for one in payments.list_batches(self._office, actor)
            if one.row.programme == step["bank"] and one.row.sent_at is not None
        ]
        if not sent:
            raise Invalid("没有报送银行的清单。")
        heading, *rows = payments.bank_file(self._office, actor, sent[0].batch_no)
        failed: Mapping[str, str] = step.get("failed", {})
        told = [[*row[:6], "失败" if row[1] in failed else "成功", failed.get(row[1], "")] for row in rows]
        out = StringIO()
        csv.writer(out).writerows([heading, *told])
        payments.import_result(self._office, actor, sent[0].batch_no, out.getvalue().encode())

    def _open_items(self, actor: Actor, step: Mapping[str, Any]) -> list[str]:
        about = step.get("about", "")
        # A file of a calendar is about many: what it brings is found by post, village or household.
        own = "" if self._district else self.case_no
        wanted = self._recipient(about).case_no if about else own
        page = inbox.list_items(self._office, actor, view="group", element=step["item"], text=wanted or None)
        found = [
            item.id
            for item in page.items
            if wanted in ("", item.case_no) and step.get("village", item.village_name) == item.village_name
        ]
        if not found:
            raise Invalid(f"{actor.name}没有“{step['item']}”可以办。")
        return found if step.get("every") else found[:1]

    def _recipient(self, name: str) -> Recipient:
        with self._office.store.reading() as tx:
            found = shelf_of(tx).find(Recipient, {"district": self._district, "name": name})
        if len(found) != 1:
            raise ConfigurationError(f"{self._path.name}: {len(found)} recipients are named {name!r}")
        return found[0]

    def _answers(
        self, actor: Actor, given: Mapping[str, Any], form: Form, context: Mapping[str, Any]
    ) -> dict[str, Any]:
        local = self._office.clock.now().astimezone(self._office.settings.zone)
        return answers_of(given, form, context, local, lambda: self._sheet(actor))

    def _sheet(self, actor: Actor) -> str:
        if actor.login not in self._sheets:
            data = (self._path.parent / SHEET).read_bytes()
            self._sheets[actor.login] = documents.store_attachment(
                self._office, actor, "示例材料.png", "image/png", data
            )
        return self._sheets[actor.login]


def kind_of(step: Mapping[str, Any]) -> str:
    """Return what kind of step it is, '' for none."""
    return next((kind for kind in STEP_KEYS if kind in step), "")
