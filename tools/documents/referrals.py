"""Papers by which matters are handed on to departments."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.paper import Foot, Grid, Paper, SignOff, Title, cell

REFERRALS: tuple[Paper, ...] = (
    Paper(
        key="referral",
        form=True,
        blocks=(
            Title(text="转办单"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("转办编号", "referral_no"),
                    cell("转办时间", "sent_at"),
                    cell("责任部门", "department_name", wide=True),
                    cell("转办事项", "referral_item"),
                    cell("办理期限", "due_on"),
                    cell("群众姓名", "applicant_name"),
                    cell("转办人", "sender"),
                    cell("转办内容", "referral_content", wide=True),
                )
            ),
            Foot(
                text="请在办理期限内办结并反馈结果，由受理窗口答复群众，件件有回音；不属于本部门职责的，请写明理由及时退回。"
            ),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
)
