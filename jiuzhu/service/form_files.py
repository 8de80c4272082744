"""The files of forms, for doors that draw them with a program of their own."""

from __future__ import annotations

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import NotFound
from jiuzhu.service import cases, task_list
from jiuzhu.service.desk import reading_desk
from jiuzhu.service.forms import form_of
from jiuzhu.service.office import Office
from jiuzhu.store import listing

NO_FORM = "这件工作没有表单。"


def of_task(office: Office, actor: Actor, number: str) -> bytes:
    """Return the file of an open item's form, as its case froze it. Raises as ``task_list.one_task``."""
    task = task_list.one_task(office, actor, number)
    with reading_desk(office, actor) as desk:
        head = listing.by_record(desk.tx, task.item.record_no)
        if head is None or not task.item.form:
            raise NotFound(NO_FORM)
        bundle = desk.office.bundles.get(desk.tx, head.bundle)
        return bundle.forms[form_of(bundle, task.item.form).id]


def of_start(office: Office, actor: Actor, process_key: str) -> bytes:
    """Return the file of the form that starts a process. Raises as ``cases.start_form``, NotFound without a form."""
    process = cases.start_form(office, actor, process_key).process
    if not process.form:
        raise NotFound(NO_FORM)
    with reading_desk(office, actor) as desk:
        row = desk.office.bundles.latest(desk.tx, process_key, process.district)
        return desk.office.bundles.peek(desk.tx, row, process.district).forms[process.form]
