"""Papers about authority that is handed over."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.paper import Cell, Foot, Grid, Paper, SignOff, Title, cell

ENTRUSTMENTS: tuple[Paper, ...] = (
    Paper(
        key="entrustment_letter",
        form=True,
        blocks=(
            Title(text="行政审批事项委托书"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("委托书编号", "entrustment_no"),
                    cell("委托机关", "entrusting_org"),
                    cell("受托镇街", "town_name", wide=True),
                    Cell(label="委托事项", text="{{ entrusted_items | join('；') }}", wide=True),
                    cell("生效日期", "valid_from"),
                    Cell(label="失效日期", text="{{ valid_to or '长期' }}"),
                    cell("责任条款", "liability", wide=True),
                    Cell(label="依据", text="{{ legal_basis | join('；') }}", wide=True),
                )
            ),
            Foot(
                text="受托镇街以委托机关的名义行使审核确认权限，不得再委托；委托书中止、收回或者期满的，由委托机关审批。"
            ),
            SignOff(
                lines=(
                    "委托机关：{{ signed_by_district }}　　受托镇街：{{ signed_by_town }}",
                    "{{ issuer }}（印章）　　{{ issued_on }}",
                )
            ),
        ),
    ),
)
