"""The letter by which somebody has others apply, and the papers of petitions (5.15)."""

# ruff: noqa: E501 (a sentence of a letter stands on one line)

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.letters import NUMBER, SIGN_OFF
from tools.documents.paper import Addressee, Blanks, Foot, Grid, Letterhead, Paper, Para, SignOff, Title, cell

PETITIONS: tuple[Paper, ...] = (
    Paper(
        key="application_letter",
        form=True,
        blocks=(
            Title(text="申请委托书"),
            CASE_NUMBER,
            Addressee(text="{{ issuer }}："),
            Grid(
                cells=(
                    cell("申请人（委托人）", "applicant_name"),
                    cell("身份证号", "applicant_id_masked"),
                    cell("申请事项", "programme"),
                    cell("签署日期", "letter_signed_on"),
                    cell("不能亲自申请的原因", "entrust_reason", wide=True),
                    cell("受委托人类别", "entrustee_kind"),
                    cell("受委托人", "entrustee_name"),
                    cell("受委托人电话", "entrustee_phone"),
                    cell("签字页份数", "scan_count"),
                )
            ),
            Para(
                text="本人因上述原因不能亲自提出申请，委托受委托人代为提出{{ programme }}申请、提交材料、接收通知。申报内容由本人负责，委托不收取任何费用。"
            ),
            Foot(text="委托书先由申请人签字（捺印），再提出申请；签字页扫描件随申请存档。"),
            Blanks(lines=("委托人签字（捺印）：＿＿＿＿＿＿　受委托人签字：＿＿＿＿＿＿　＿＿＿年＿＿月＿＿日",)),
        ),
    ),
    Paper(
        key="petition_transfer",
        form=True,
        blocks=(
            Title(text="信访转办单"),
            Grid(
                cells=(
                    cell("登记号", "petition_no"),
                    cell("类别", "petition_kind"),
                    cell("承办单位", "transfer_to"),
                    cell("办结期限", "due_petition"),
                    cell("反映的问题", "petition_content", wide=True),
                    cell("转办意见", "transfer_note", wide=True),
                )
            ),
            Foot(
                text="承办人不得在所反映的案件中承办过任何环节；来信来访人的姓名和联系方式不得透露给被反映人。逾期未办结的，由区（市）民政局督办。"
            ),
            SignOff(lines=("转办人：{{ transferred_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="petition_reply",
        blocks=(
            Letterhead(),
            Title(text="信访答复书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(text="你于{{ received_on }}反映的问题（登记号：{{ petition_no }}）已经查办，现答复如下。"),
            Para(text="一、反映的问题", strong=True),
            Para(text="{{ petition_content }}"),
            Para(text="二、查明的情况", strong=True),
            Para(text="{{ petition_findings }}（查实结果：{{ petition_result }}）"),
            Para(text="三、答复意见", strong=True),
            Para(text="{{ reply_text }}"),
            Para(text="依据：{{ legal_basis | join('；') }}。", when="legal_basis"),
            Para(text="{{ petition_remedy }}"),
            Para(text="咨询电话：{{ hotline }}。", when="hotline"),
            SIGN_OFF,
        ),
    ),
)
