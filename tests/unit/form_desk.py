"""The surroundings of a form in unit tests: a few people, any attachment whose id is known, a fixed day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu.domain.words import PROGRAMMES
from jiuzhu.engine.forms import Attachment, Form, Person, parse_form
from tests.forms_rollout import PHASE_TWO

FORMS = sorted((Path(__file__).parents[2] / "bpmn").rglob("*.form"))
"""Every form of the project."""


@cache
def form_of(form_id: str) -> Form:
    """Return a form of the project, parsed once."""
    return parse_form(next(path for path in FORMS if path.stem == form_id).read_bytes())


NOON = datetime(2026, 9, 16, 4, 0, tzinfo=UTC)

PEOPLE = {
    "jincheng-town_intake-1": Person(id="p-intake", name="苏敏", post="北石店镇受理"),
    "jincheng-town_investigator-1": Person(id="p-inv-1", name="高明"),
    "jincheng-town_investigator-2": Person(id="p-inv-2", name="罗静"),
    "jincheng-village_officer-1": Person(id="p-village", name="贾平"),
    "jincheng-town_confirmer-1": Person(id="p-confirm", name="梁文"),
    "jincheng-chief_rep-1": Person(id="p-chief", name="夏宁"),
    "jincheng-chief_rep-3": Person(id="p-chief-3", name="向阳"),
    "jincheng-agent-1": Person(id="p-agent", name="花超"),
    "jincheng-town_admin-1": Person(id="p-admin", name="管理员"),
    **{f"jincheng-town_panel-{n}": Person(id=f"p-panel-{n}", name=f"成员{n}") for n in range(1, 9)},
}
GROUPS = {
    "town_investigator@140502100": ("jincheng-town_investigator-1", "jincheng-town_investigator-2"),
    "village_officer@140502100001": ("jincheng-village_officer-1",),
    "town_admin@140502100": ("jincheng-town_admin-1",),
    "town_intake@140502100": ("jincheng-town_intake-1",),
    "chief_rep@140502100": ("jincheng-chief_rep-1", "jincheng-chief_rep-3"),
    "agent@140502100": ("jincheng-agent-1",),
    "town_panel@140502100": tuple(f"jincheng-town_panel-{n}" for n in range(1, 9)),
}


@dataclass
class Desk:
    """FieldPorts for one actor."""

    actor: Person = PEOPLE["jincheng-town_intake-1"]
    now: datetime = NOON
    allow_synthetic: bool = True
    paper_signers: tuple[Person, ...] = ()
    files: frozenset[str] = field(default_factory=lambda: frozenset({"attachment-1", "attachment-2"}))

    def person(self, text: str) -> Person | None:
        if text in PEOPLE:
            return PEOPLE[text]
        return next((person for person in PEOPLE.values() if person.id == text), None)

    def people(self, group: str) -> Sequence[Person]:
        return [PEOPLE[login] for login in GROUPS.get(group, ())]

    def signers(self) -> Sequence[Person]:
        return self.paper_signers

    def attachment(self, attachment_id: str) -> Attachment | None:
        if attachment_id not in self.files:
            return None
        return Attachment(id=attachment_id, name="签字页.jpg", mime="image/jpeg", size=240_000)


CONTEXT: dict[str, Any] = {
    "unit_choices": [{"value": "140502100", "label": "北石店镇"}],
    "rectify_unit_choices": [{"value": "140502100", "label": "北石店镇"}],
    "inspection_unit_choices": [{"value": "140502100", "label": "北石店镇"}],
    "finding_unit_choices": [{"value": "140502100", "label": "北石店镇"}],
    "violation_kind_choices": [{"value": "delay", "label": "慢作为、推诿拖延"}],
    "disposition_choices": [{"value": "handled", "label": "批评教育、责令检查"}],
    "item_choices": [{"value": code, "label": code} for code in ("DB-01", "TK-01", "LS-01")],
    "seal_choices": [{"value": "委章01", "label": "委章01"}],
    "seal_uses_logged": 0,
    "agency_choices": [{"value": "dibao", "label": "最低生活保障"}],
    "case_no": "晋城城区-2026-低保-0001",
    "district": "jincheng",
    "town": "140502100",
    "intake_town": "140502100",
    "village": "140502100001",
    "programme": "dibao",
    "applicant_name": "周永安",
    "visit_group": "town_investigator@140502100",
    "accepted_at": "2026-09-14T09:30:00+08:00",
    "correction_issued": False,
    "relatives_case": False,
    "blacklist_hit": False,
    "duplicate_case_no": "",
    "amount_monthly": "520.00",
    "amount_before": "900.00",
    "per_capita_income": "206.67",
    "asset_ok": True,
    "verification_ref": "HD-1",
    "recheck_count": 0,
    "notice_no": "GS-1",
    "filing_no": "BA-1",
    "item_code": "dibao_confirm",
    "failed_count": 0,
    "objection_outcome": "changed",
    "letter_kind": "refusal",
    "panel_message": "",
    "rollout_town_limit": 10,
    "town_choices": [{"value": town, "label": town} for town in (*PHASE_TWO, "140502100", "120117104")],
    "rollout_town_choices": [{"value": town, "label": town} for town in PHASE_TWO],
    "item_target": "refer",
    "item_referral": "employment",
    "visit_case_choices": [{"value": "示例-2026-低保-0001", "label": "示例-2026-低保-0001"}],
    "department_choices": [
        {"value": "jincheng", "label": "晋城市城区民政局"},
        {"value": "jincheng.dept.medical_insurance", "label": "医疗保障局"},
        {"value": "jincheng.dept.disabled", "label": "残疾人联合会"},
    ],
    "conference_department": "jincheng.dept.disabled",
    "panel_result": "granted",
    "programme_choices": [
        {"value": "dibao", "label": "最低生活保障"},
        {"value": "tekun", "label": "特困人员救助供养"},
    ],
    **{
        f"review_{name}_rows": [{"item_no": "示例复核/示例000001", "applicant_name": "示例户"}]
        for name in ("list", "round", "visit", "sheet")
    },
    "review_kind_choices": [{"value": "annual", "label": "年度复核"}],
    "own_village_choices": [{"value": "140502100001", "label": "北石店镇 示例一村"}],
    "discovery_choices": [{"value": "晋城城区-2026-主动发现-0001", "label": "周永安"}],
    "village_choices": [{"value": "140502100001", "label": "北石店镇 示例一村"}],
    "objection_rows": [
        {
            "objection_no": "obj-1",
            "received_at": "2026-09-16T08:30:00+08:00",
            "objector": "匿名",
            "content": "他家有车。",
        },
    ],
    "bed_place_choices": [{"value": "示例敬老院", "label": "示例敬老院"}],
    "difference_rows": [{"line": "1", "side": "只在低保", "name": "示例户", "village": "示例一村"}],
    "batch_difference_rows": [
        {
            "difference_no": "1",
            "recipient_no": "示例000001",
            "line_no": "1",
            "name": "示例户",
            "difference_kind": "金额不一致",
            "difference_text": "金额不一致",
        },
    ],
    "batch_total": "1196.00",
    "batch_file_no": "示例",
    "batch_failure_rows": [
        {
            "line_no": "示例",
            "name": "示例户1",
            "amount": "500.00",
            "account": "尾号0011",
            "failure_reason": "账户已注销",
        },
    ],
    "reserve_closing": "20000.00",
    "reserve_fault_count": 0,
    "counted_balance": "20000.00",
    "topup_amount": "5000.00",
    "fund_estimate_rows": [
        {
            "programme_name": PROGRAMMES["dibao"],
            "recipients": "0",
            "monthly": "0.00",
            "trend": "1",
            "need": "0.00",
        },
    ],
    "batch_items": [
        {
            "item_no": "示例/批1",
            "applicant_name": "示例申请人",
            "town_name": "新汶街道",
            "reviewed_amount": "1800.00",
            "proposal_text": "拟同意",
            "proposal_reason": "镇街审核属实。",
        },
    ],
}
