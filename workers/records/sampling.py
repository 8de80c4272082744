"""Samples: the population is frozen, the seed entered, the sample drawn; the households are checked in records of
their own, and what they found is counted (NH-12, NH-48, JC-26, QJ-10, XT-36).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from jiuzhu.domain import sampling
from jiuzhu.domain.instants import SHANGHAI, end_of, iso
from jiuzhu.domain.records import Span
from jiuzhu.domain.rows import (
    CaseDecision,
    Draw,
    Filing,
    HouseholdPerson,
    Recipient,
    RelativesEntry,
    SampleItem,
    StaffRelation,
)
from jiuzhu.domain.sampling import ALL, POOL, Member, Population
from jiuzhu.domain.schedules import days_of
from jiuzhu.domain.topics import Name, RecordCall, Topic, TopicContract, Values
from jiuzhu.errors import Refused
from workers.records import names
from workers.records.desk import at_desk, latest_of, text
from workers.records.papers import make_document, organ_name

DRAW_NO = Name(name="draw_no", type="string", label="抽样编号")
SAMPLE_COUNT = Name(name="sample_count", type="integer", label="抽查户数")
PERIOD = Name(name="period", type="string", label="期间", required=False)

SAMPLE_FREEZE = TopicContract(
    topic="sample_freeze",
    label="冻结抽样总体",
    kind="record",
    doc=(
        "冻结本期新增备案（或新审批）的对象，登记总体文本并公布其SHA-256摘要；近亲属户在样本之外全部检查，"
        "临时救助不进入总体。抽查比例用本区参数，表单填写的比例只能更高。"
    ),
    inputs=(names.TOWN, PERIOD),
    outputs=(
        DRAW_NO,
        Name(name="population_n", type="integer", label="总体户数"),
        Name(name="population_hash", type="string", label="总体摘要"),
        names.TOWN,
        names.DUE_SIMPLE,
    ),
    sources=("NH-12", "NH-13", "NH-48", "JC-26", "JC-36", "QJ-10", "XT-36"),
)

SAMPLE_DRAW = TopicContract(
    topic="sample_draw",
    label="抽取样本",
    kind="record",
    doc="按公布之后录入的种子抽取样本，不得重抽；同时给出抽查完成期限。",
    inputs=(DRAW_NO,),
    outputs=(
        SAMPLE_COUNT,
        Name(name="check_method", type="string", label="抽查方式", choices=("visit", "file")),
        Name(name="due_spot_check", type="date", label="抽查期限"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-12", "NH-48", "JC-26", "QJ-10", "XT-36"),
)

INSPECTOR_DRAW = TopicContract(
    topic="inspector_draw",
    label="随机抽取检查人员",
    kind="record",
    doc="每户从监督检查岗中随机抽取检查人员；承办过该案任何环节的、与该户有近亲属关系的先剔除（R-04、R-05）。",
    inputs=(DRAW_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-36",),
)

SAMPLE_RECORD = TopicContract(
    topic="sample_record",
    label="公布抽样记录",
    kind="record",
    doc="制作抽样记录：总体户数和摘要、种子和录入人、样本名单，任何人可以重算。",
    inputs=(DRAW_NO,),
    outputs=(names.DUE_SIMPLE,),
    sources=("NH-12", "XT-36"),
)


def freeze(call: RecordCall) -> Values:
    """Freeze the population of the period. Raises Refused for a ratio below the district's, or below an earlier draw
    of the period (JC-36).
    """
    form = latest_of(call, ("sample_start",))
    asked = form.data if form and form.record_no == call.record_no else {}
    first, last, period = _days(call, asked)
    town = str(asked.get("sample_town") or text(call, "town") or call.records.case().town)
    if not town and call.policy.values("recheck", last):
        raise Refused("本区按镇街计算复核率，请选定抽查哪个镇（街道）。")
    if town and not call.records.case().town:
        call.records.set_case(town=town)
    ratio = _ratio(call, str(asked.get("sample_ratio") or ""), period, last)
    members = _members(call, first, last, town)
    population = Population(
        draw_no=call.record_no,
        district=call.district,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        ratio=ratio,
        per=call.policy.value("spot_check.per", last),
        rounding=call.policy.value("spot_check.rounding", last),
        members=members,
    )
    written = sampling.canonical_text(population)
    published = sampling.hash_of(written)
    call.records.add(
        Draw(
            draw_no=call.record_no,
            process_key=call.records.case().process_key,
            district=call.district,
            town=town,
            period=period,
            ratio=str(ratio),
            method=call.policy.value("spot_check.method", last),
            population_text=written,
            population_hash=published,
            pool_count=len(population.pool),
            all_count=len(population.all_checked),
            frozen_at=call.now,
        )
    )
    call.records.audit("frozen", f"冻结抽样总体{len(members)}户，摘要{published}", count=len(members), sha256=published)
    return {"draw_no": call.record_no, "population_n": len(population.pool), "population_hash": published, "town": town}


def _days(call: RecordCall, asked: Values) -> tuple[date, date, str]:
    if asked.get("sample_from") and asked.get("sample_until"):
        first, last = (date.fromisoformat(str(asked[key])) for key in ("sample_from", "sample_until"))
        return first, last, f"{first.isoformat()}至{last.isoformat()}"
    period = text(call, "period")
    try:
        first, last = days_of(period)
    except ValueError as error:
        raise Refused("没有写明抽查哪一期新增的对象。") from error
    return first, last, period


def _ratio(call: RecordCall, asked: str, period: str, day: date) -> Decimal:
    least = Decimal(str(call.policy.value("spot_check.ratio", day)))
    earlier = [Decimal(one.ratio) for one in call.records.find(Draw, district=call.district, period=period)]
    floor = max([least, *earlier])
    wanted = Decimal(asked) / 100 if asked else floor
    if wanted < floor:
        raise Refused(f"抽查比例只能提高：本期不得低于{floor * 100:.0f}%。")
    return wanted.quantize(Decimal("0.0001")).normalize()


def _members(call: RecordCall, first: date, last: date, town: str) -> tuple[Member, ...]:
    """Return the households filed, or approved, in these days; one that came twice counts once."""
    days = Span(
        datetime.combine(first, time(0), SHANGHAI), datetime.combine(last + timedelta(days=1), time(0), SHANGHAI)
    )
    programmes = tuple(call.policy.value("spot_check.programmes", last))
    rows: Iterable[tuple[str, str]]
    if call.policy.value("spot_check.basis", last) == "filed":
        filings = call.records.find(
            Filing, district=call.district, state=("sent", "filed"), programme=programmes, sent_at=days
        )
        rows = [(one.case_no, one.town) for one in filings if one.kind == "new"]
    else:
        cases = tuple({one.case_no for one in call.records.find(CaseDecision, decision="granted", decided_at=days)})
        found = call.records.find(Recipient, district=call.district, case_no=cases, programme=programmes)
        rows = [(one.case_no, one.town) for one in found]
    towns = {case_no: place for case_no, place in rows if not town or place == town}
    related = relatives_among(call, tuple(towns))
    return tuple(
        Member(member=case_no, town=place, part=ALL if case_no in related else POOL)
        for case_no, place in sorted(towns.items())
    )


def relatives_among(call: RecordCall, cases: tuple[str, ...]) -> frozenset[str]:
    """Return which of these households are near relatives of staff or cadres: declared, or known from the register of
    staff.
    """
    declared = {one.case_no for one in call.records.find(RelativesEntry, case_no=cases)}
    people = call.records.find(HouseholdPerson, case_no=cases)
    refs = tuple({one.resident_ref for one in people})
    known = {one.resident_ref for one in call.records.find(StaffRelation, resident_ref=refs)}
    return frozenset(declared | {one.case_no for one in people if one.resident_ref in known})


def draw(call: RecordCall) -> Values:
    """Draw, once, with the seed that was entered after the hash was published. Raises Refused for a second draw."""
    row = draw_of(call)
    if row.state != "frozen":
        raise Refused("样本已经抽定，不得重抽；确需更换的，在抽样页面登记替换和理由。")
    form = latest_of(call, ("sample_seed",))
    seed = str(form.data["sample_seed"]).strip() if form and form.record_no == call.record_no else ""
    population = sampling.read_text(row.population_text)
    if population.pool and not seed:
        raise Refused("还没有录入公开种子，不能抽样。")
    drawn = sampling.draw(population, seed)
    for one in drawn:
        _add_item(call, row, one.member, one.town, "drawn", one.rank)
    for member in sorted(population.all_checked):
        _add_item(call, row, member.member, member.town, "relatives", "")
    count = len(drawn) + len(population.all_checked)
    due, _ = call.calendar.add_working_days(call.today, int(call.policy.value("spot_check.check_wd", call.today)))
    call.records.change(
        row,
        state="drawn" if count else "closed",
        closed_at=None if count else call.now,
        seed=seed,
        seed_source=str(form.data.get("seed_source", "")) if form and seed else "",
        seed_by=form.person if form and seed else "",
        seed_by_name=form.person_name if form and seed else "",
        seeded_at=form.submitted_at if form and seed else None,
        sample_count=count,
        drawn_at=call.now,
    )
    call.records.audit(
        "drawn", f"抽取{len(drawn)}户，另全部检查{len(population.all_checked)}户", seed=seed, count=count
    )
    return {"sample_count": count, "check_method": row.method, "due_spot_check": iso(end_of(due))}


def _add_item(call: RecordCall, row: Draw, member: str, town: str, reason: str, rank: str) -> None:
    call.records.add(
        SampleItem(draw_no=row.draw_no, member=member, district=row.district, town=town, reason=reason, rank=rank)
    )


def draw_inspectors(call: RecordCall) -> Values:
    """Draw who checks each household; whoever had a part in its case, or is a relative, is taken out first (R-04).

    Raises Refused when nobody is left for a household.
    """
    row = draw_of(call)
    wanted = int(call.policy.value("spot_check.inspectors", call.today))
    group = f"county_supervisor@{call.district}"
    everybody = [one.id for one in call.records.people(group)]
    items = list(call.records.find(SampleItem, draw_no=row.draw_no))
    related = _relatives_of(call, tuple(one.member for one in items))
    for item in items:
        handled = {one.person for one in call.records.submissions(case_no=item.member)}
        free = [one for one in everybody if one not in handled and (item.member, one) not in related]
        chosen = sampling.inspectors_for(row.seed, row.population_hash, item.member, free, wanted)
        if not chosen:
            raise Refused(f"{item.member}没有可以抽取的检查人员：监督检查岗的人员都承办过此案或者应当回避。")
        call.records.change(item, inspectors=list(chosen))
    call.records.audit("inspectors", f"为{len(items)}户随机抽取检查人员", count=len(items))
    return {}


def _relatives_of(call: RecordCall, cases: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Return (case, person) where a member of staff is a near relative of somebody in the household."""
    people = call.records.find(HouseholdPerson, case_no=cases)
    relations = call.records.find(StaffRelation, resident_ref=tuple({one.resident_ref for one in people}))
    by_ref = {(one.resident_ref, one.person) for one in relations if one.person}
    return frozenset((one.case_no, person) for one in people for ref, person in by_ref if ref == one.resident_ref)


def record_paper(call: RecordCall) -> Values:
    """抽样记录: everything that is needed to draw it again; households by number, no names."""
    row = draw_of(call)
    items = _items(call, row)
    make_document(
        call,
        "sample_record",
        {
            "issuer": organ_name(call, call.district),
            "town_name": call.records.organisation_name(row.town or row.district),
            "draw_no": row.draw_no,
            "sample_period": row.period,
            "sample_scope": call.records.organisation_name(row.town or row.district),
            "sample_ratio": f"{Decimal(row.ratio) * 100:f}%",
            "pool_count": row.pool_count,
            "all_count": row.all_count,
            "population_hash": row.population_hash,
            "frozen_at": iso(row.frozen_at),
            "sample_seed": row.seed or "（总体为空，不用种子）",
            "seed_source": row.seed_source,
            "seeded_by": row.seed_by_name,
            "sample_count": row.sample_count,
            "sample_items": [
                {
                    "member": one.member,
                    "town": call.records.organisation_name(one.town),
                    "reason": REASONS[one.reason],
                    "inspectors": "、".join(call.records.person(each).name for each in one.inspectors),
                }
                for one in items
            ],
        },
    )
    return {}


REASONS = {"drawn": "抽中", "relatives": "近亲属户，全部检查", "replacement": "替换"}


def draw_of(call: RecordCall) -> Draw:
    """Return the draw of input ``draw_no``. Raises Refused when there is none."""
    number = text(call, "draw_no")
    rows = call.records.find(Draw, draw_no=number)
    if not rows:
        raise Refused(f"没有编号为{number}的抽样。")
    return rows[0]


def _items(call: RecordCall, row: Draw) -> Sequence[SampleItem]:
    return sorted(call.records.find(SampleItem, draw_no=row.draw_no), key=lambda one: (one.town, one.rank, one.member))


TOPICS: tuple[Topic, ...] = (
    at_desk(SAMPLE_FREEZE, freeze),
    at_desk(SAMPLE_DRAW, draw),
    at_desk(INSPECTOR_DRAW, draw_inspectors),
    at_desk(SAMPLE_RECORD, record_paper),
)
