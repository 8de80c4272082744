"""Papers of 议事协商, of relatives of staff and of low-income recognition."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER, HOUSEHOLD
from tools.documents.paper import (
    Band,
    Blanks,
    Cell,
    Foot,
    Grid,
    Listing,
    Number,
    Paper,
    Para,
    SignOff,
    Title,
    cell,
    column,
    listed,
)

BASIS = Cell(label="依据", text="{{ legal_basis | join('；') or '—' }}", wide=True)
OPINIONS = Listing(
    value="members",
    columns=(
        column("姓名", "name", 2),
        column("类别", "kind", 3),
        column("职务", "post", 2),
        column("意见", "vote", 3),
        column("理由", "opinion", 4),
        column("签名", "signed", 2),
    ),
)

PANELS: tuple[Paper, ...] = (
    Paper(
        key="panel_minutes",
        form=True,
        blocks=(
            Title(text="社会救助审批确认议事协商会议纪要"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("会议日期", "meeting_on"),
                    cell("会议地点", "meeting_place"),
                    cell("成员人数", "panel_size"),
                    cell("摘自会议", "sitting_no", wide=True, when="sitting_no"),
                    cell("在本案回避", "kept_out", wide=True, when="kept_out"),
                    cell("人数的理由", "size_reason", wide=True, when="size_reason"),
                    cell("审核意见", "review_result", wide=True),
                )
            ),
            Band(text="一、成员意见"),
            OPINIONS,
            Band(text="二、议事协商结果"),
            Grid(
                cells=(
                    cell("结果", "decision"),
                    cell("月救助金额", "amount_monthly"),
                    cell("金额调整理由", "amount_reason", wide=True, when="amount_reason"),
                    cell("不同意的理由", "reason_text", wide=True, when="reason_text"),
                    cell("补充调查事项", "back_reason", wide=True, when="back_reason"),
                    cell("意见", "decision_opinion", wide=True),
                    cell("会议记录", "minutes_text", wide=True),
                    BASIS,
                )
            ),
            Foot(text="成员意见不一致、有人认为有争议或者公示期间有受理的异议的，由党（工）委会提出最终审批意见。"),
            SignOff(lines=("签发人：{{ chair }}　　{{ signed_at }}", "{{ issuer }}（印章）")),
        ),
    ),
    Paper(
        key="sitting_minutes",
        form=True,
        landscape=True,
        blocks=(
            Title(text="社会救助审批确认议事协商会议纪要"),
            Number(text="{{ town_name }}　　会议编号：{{ sitting_no }}"),
            Grid(
                cells=(
                    cell("会议日期", "meeting_on"),
                    cell("会议地点", "meeting_place"),
                    cell("成员人数", "panel_size"),
                    cell("案件数", "case_count"),
                    cell("人数的理由", "size_reason", wide=True, when="size_reason"),
                )
            ),
            Band(text="一、成员和签名"),
            Listing(
                value="members",
                columns=(
                    column("姓名", "name", 2),
                    column("类别", "kind", 3),
                    column("职务", "post", 3),
                    column("签名", "signed", 6),
                ),
            ),
            Band(text="二、各案意见和结果"),
            Listing(
                value="rows",
                columns=(
                    column("案号", "case_no", 4),
                    column("申请人", "applicant_name", 2),
                    column("救助类别", "programme", 3),
                    column("意见", "votes", 4),
                    column("回避", "kept_out", 2),
                    column("结果", "result", 4),
                    column("月救助金额", "amount_monthly", 2, figures=True),
                ),
            ),
            Band(text="三、会议记录"),
            Grid(
                cells=(
                    cell("意见", "decision_opinion", wide=True),
                    cell("会议记录", "minutes_text", wide=True),
                    BASIS,
                )
            ),
            Foot(text="有争议的案件重新全面审查，报请党（工）委会提出最终审批意见；每件另有摘录归入案卷。"),
            SignOff(lines=("签发人：{{ chair }}　　{{ signed_at }}", "{{ issuer }}（印章）")),
        ),
    ),
    Paper(
        key="party_minutes",
        form=True,
        blocks=(
            Title(text="党（工）委会关于社会救助审批的纪要"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("会议日期", "committee_on"),
                    cell("会议编号", "committee_no"),
                    cell("主持人", "committee_chair"),
                )
            ),
            Band(text="一、议事协商成员意见（有争议）"),
            OPINIONS,
            Band(text="二、重新全面审查"),
            Grid(
                cells=(
                    cell("审查人", "reexaminer", wide=True),
                    cell("审查情况", "reexamination_findings", wide=True),
                    cell("不同之处", "reexamination_changes", wide=True, when="reexamination_changes"),
                )
            ),
            Band(text="三、最终审批意见"),
            Grid(
                cells=(
                    cell("决定", "decision"),
                    cell("月救助金额", "amount_monthly"),
                    cell("金额调整理由", "amount_reason", wide=True, when="amount_reason"),
                    cell("意见", "decision_opinion", wide=True),
                    cell("不同意的理由", "reason_text", wide=True, when="reason_text"),
                    BASIS,
                )
            ),
            SignOff(lines=("录入：{{ recorder }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="relatives",
        form=True,
        blocks=(
            Title(text="社会救助经办人员和村（居）干部近亲属备案表"),
            CASE_NUMBER,
            Grid(cells=(*HOUSEHOLD, cell("救助类别", "programme"), cell("村（社区）", "village_name"))),
            Band(text="一、近亲属关系"),
            Listing(
                value="relations",
                columns=(
                    column("经办人员或干部", "staff_name", 3),
                    column("职务", "post", 3),
                    column("关系", "relation", 2),
                    column("本人申报", "declared", 2),
                ),
            ),
            Band(text="二、审批前区级入户核查"),
            Grid(
                cells=(
                    cell("入户时间", "visited_at", wide=True),
                    listed("入户人员", "investigators"),
                    cell("情况属实", "visit_passed", wide=True),
                    cell("核查意见", "visit_opinion", wide=True),
                    cell("意见出具人", "officer", wide=True),
                )
            ),
            Blanks(lines=("区民政局负责人签名：＿＿＿＿＿＿＿＿＿＿＿＿",)),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="low_income_certificate",
        blocks=(
            Title(text="低收入家庭认定书"),
            CASE_NUMBER,
            Para(text="{{ applicant_name }}（身份证号{{ applicant_id_masked }}）："),
            Para(
                text="经审核确认，你家庭{{ members_covered }}人，月人均收入{{ per_capita_income }}，"
                "符合低收入家庭条件，于{{ decided_on }}认定为低收入家庭"
                "{% if amount_monthly %}，每月救助{{ amount_monthly }}{% endif %}。"
                "决定编号{{ decision_no }}。"
            ),
            Para(text="依据：{{ legal_basis | join('；') }}。"),
            Para(text="本认定书有效期至{{ valid_to }}，到期前应当重新申请；家庭情况变化的，应当及时报告。"),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
)
