"""The values that stand at the head of documents: who issues, when, for which case."""

from __future__ import annotations

from workers.documents.fields import Field, choice, day, lines, text, yes_no
from workers.documents.words import PROGRAMME

HEAD: tuple[Field, ...] = (
    text("issuer", "发文（制表）机关", required=True),
    text("document_no", "文书编号"),
    day("issued_on", "日期", required=True),
    text("district_name", "区（市）", required=True),
    text("town_name", "镇（街道）", required=True),
    text("village_name", "村（社区）"),
    text("hotline", "咨询电话"),
    yes_no("synthetic", "演示数据"),
)
"""Of every document. ``synthetic`` true prints the mark 演示数据."""

CASE: tuple[Field, ...] = (
    text("case_no", "案号", required=True),
    text("applicant_name", "申请人", required=True),
    text("applicant_id_masked", "身份证号（部分隐去）"),
    choice("programme", "救助类别", PROGRAMME, required=True),
)
"""Of every document about one household that may name it (not of notices and replies to others)."""

LAW: tuple[Field, ...] = (
    lines("legal_basis", "依据", required=True),
    text("remedy_text", "救济途径", required=True),
)
"""Of every decision against somebody: on what basis, and where to turn."""

LAW_KNOWN: tuple[Field, ...] = (lines("legal_basis", "依据"), text("remedy_text", "救济途径"))
"""The same where the paper decides nothing against anybody."""
