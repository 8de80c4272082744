"""登记: a diagram adds a row to a register that is data. Personal data go from the form to the sealed column directly.

Where a column's value comes from stands in the register's file (``fill``); the diagram names the register and, if the
outcome is no form's answer, the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiuzhu.domain.registers import Register
from jiuzhu.domain.registry import make_row, series_of
from jiuzhu.domain.rows import RegisterRow
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from workers.records import names
from workers.records.desk import at_desk, text

REGISTER_APPEND = TopicContract(
    topic="register_append",
    label="记入登记簿",
    kind="record",
    doc="在登记簿（config/registers）增加一行，只增不改；各列取自本流程的表单，见登记簿文件的 fill。",
    inputs=(
        Name(name="register", type="string", label="登记簿", drawn=True),
        Name(name="outcome", type="string", label="结果（表单没有填的）", drawn=True, required=False),
        Name(name="violation_unit_name", type="string", label="责任单位", required=False),
        Name(name="disposition_words", type="string", label="处理", required=False),
        names.VIOLATION_KIND,
        Name(name="risk_level", type="string", label="预警等级", required=False),
        Name(name="organisation", type="string", label="所属单位（不写的为镇街）", drawn=True, required=False),
        names.TOWN,
    ),
    outputs=(Name(name="row_no", type="string", label="登记号"), names.DUE_SIMPLE),
    sources=("NH-33", "NH-26"),
)


def append(call: RecordCall) -> Values:
    """Add the row that this process instance's forms make; a register of another district is refused as a mistake."""
    row = append_row(call, text(call, "register"), {}, organisation=text(call, "organisation"))
    return {"row_no": row.row_no}


def append_row(call: RecordCall, name: str, given: Mapping[str, Any], *, organisation: str = "") -> RegisterRow:
    """Add a row and return it: what is given goes before what the forms say. Raises LookupError, ValueError."""
    register = call.registers[name]
    if not register.applies(call.district):
        raise ValueError(f"register {name} is not kept in {call.district}")
    values = {**filled(call, register), **given}
    wrong = [
        column.key
        for column in register.columns
        if column.choices and values.get(column.key) and str(values[column.key]) not in column.choices
    ]
    if wrong:
        raise ValueError(f"register {name}: no such choice in {', '.join(wrong)}")
    case = call.records.case()
    row = make_row(
        register,
        values,
        number=call.records.number(series_of(register, call.district, call.today)),
        short=call.policy.short,
        district=call.district,
        organisation=organisation or text(call, "town") or case.town or case.intake_town or call.district,
        now=call.now,
        entered_by=call.actor or "",
        entered_by_name=call.records.person(call.actor).name if call.actor else "",
        case_no=call.case_no,
        record_no=call.record_no,
    )
    call.records.add(row)
    call.records.audit("register", f"记入{register.label}：{row.row_no}", register=name, sha256=row.sha256)
    return row


def filled(call: RecordCall, register: Register) -> dict[str, Any]:
    """Return column → value from the latest forms (this process instance's go before others of the case), the case, or
    the drawn outcome.
    """
    everything = sorted(call.records.submissions(), key=lambda one: one.record_no == call.record_no)
    answers = {one.form: {**one.data, "submitter": one.person_name} for one in everything}
    found: dict[str, Any] = {}
    for column in register.columns:
        for source in column.fill:
            where, _, key = source.partition(".")
            value = _value(call, where, key, answers)
            if value not in (None, "", []):
                found[column.key] = value
                break
    return found


def _value(call: RecordCall, where: str, key: str, answers: Mapping[str, Mapping[str, Any]]) -> Any:
    if where == "case":
        return getattr(call.records.case(), key, None)
    if key.startswith("="):
        return key[1:] if where in answers else None
    return text(call, key) if where == "input" else answers.get(where, {}).get(key)


TOPICS: tuple[Topic, ...] = (at_desk(REGISTER_APPEND, append),)
