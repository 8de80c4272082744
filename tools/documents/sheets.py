"""What the office decides, posts, files and pays."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER, HOUSEHOLD
from tools.documents.paper import (
    Band,
    Blanks,
    Cell,
    Foot,
    Grid,
    Letterhead,
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

SHEETS: tuple[Paper, ...] = (
    Paper(
        key="notice",
        blocks=(
            Title(text="社会救助{{ notice_stage }}{% if given.corrected %}（更正）{% endif %}"),
            Number(text="{{ notice_no }}"),
            Para(
                text="{% if given.notice_stage == 'result' %}经申请、调查和审核，决定给予下列家庭社会救助。"
                "{% elif given.notice_stage == 'termination' %}经复核，拟终止下列家庭的社会救助。"
                "{% elif given.notice_stage == 'permanent' %}下列家庭正在享受社会救助，现长期公示。"
                "{% else %}经申请、核对和入户调查，拟给予下列家庭社会救助。{% endif %}"
                "{% if given.notice_stage != 'permanent' %}现予公示，公示期{{ notice_days }}日"
                "{% if notice_start %}，自{{ notice_start }}起至{{ notice_end }}止{% endif %}。{% endif %}"
            ),
            Listing(
                value="rows",
                columns=(
                    column("序号", "no", 1),
                    column("申请人", "applicant_name_masked", 2),
                    column("人数", "member_count", 1),
                    column("救助类别", "programme", 3),
                    column("每月金额", "amount_monthly", 3, figures=True),
                ),
            ),
            Para(
                text="对以上内容有异议的，请"
                "{% if objection_contact %}于{{ objection_contact }}"
                "{% else %}在公示期内向{{ issuer }}反映{% if hotline %}，或拨打{{ hotline }}{% endif %}{% endif %}。"
                "实名反映的，我们逐件核实并书面答复。"
            ),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
            Foot(text="公示地点：{{ places | join('、') }}。期满次日撤下。"),
        ),
    ),
    Paper(
        key="approval_form",
        form=True,
        blocks=(
            Title(text="{{ form_title or '社会救助审核确认（审批）表' }}"),
            Number(text="案号：{{ case_no }}　　决定编号：{{ decision_no }}"),
            Grid(
                cells=(
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("保障人数", "members_covered"),
                    cell("户籍地址", "hukou_address", wide=True),
                    cell("居住地址", "living_address", wide=True),
                    cell("申请理由", "reason", wide=True),
                )
            ),
            Band(text="一、共同生活家庭成员"),
            Listing(
                value="members",
                columns=(
                    column("姓名", "name", 2),
                    column("关系", "relation", 2),
                    column("身份证号", "id_masked", 4),
                    column("年龄", "age", 1),
                    column("月收入", "monthly_income", 2, figures=True),
                ),
            ),
            Band(text="二、调查和审核"),
            Grid(
                cells=(
                    cell("信息核对", "verification_result"),
                    cell("核对编号", "verification_ref"),
                    listed("调查人员", "investigators"),
                    cell("入户调查结论", "investigation", wide=True),
                    cell("民主评议结论", "appraisal_conclusion", wide=True, when="appraisal_conclusion"),
                    cell("月人均收入", "per_capita_income"),
                    cell("救助标准", "standard"),
                    cell("财产符合规定", "asset_ok"),
                    cell("审核结论", "review_result"),
                    cell("审核意见", "review_opinion", wide=True),
                    cell("审核人", "reviewer"),
                    cell("审核时间", "reviewed_at"),
                )
            ),
            Band(text="三、审核确认（审批）"),
            Grid(
                cells=(
                    cell("决定", "decision"),
                    cell("月救助金额", "amount_monthly"),
                    cell("金额调整理由", "amount_reason", wide=True, when="amount_reason"),
                    cell("起始月份", "effective_month"),
                    cell("发放单位", "payer"),
                    cell("意见", "decision_opinion", wide=True),
                    cell("替代的决定", "replaces_decision_no", wide=True, when="replaces_decision_no"),
                    BASIS,
                    Cell(
                        label="确认（审批）人",
                        text="{{ decider }}{% if decider_post %}（{{ decider_post }}）{% endif %}",
                    ),
                    cell("决定时间", "decided_at"),
                )
            ),
            Band(text="四、用印", when="seal_use_id"),
            Grid(
                when="seal_use_id",
                cells=(
                    cell("印章", "seal_name"),
                    cell("印章编号", "seal_no"),
                    cell("委托事项", "item_code"),
                    cell("委托书编号", "entrustment_no"),
                    cell("用印人", "seal_custodian"),
                    cell("用印时间", "seal_used_at"),
                    cell("用印登记号", "seal_use_id", wide=True),
                ),
            ),
            SignOff(
                lines=(
                    "{{ decision_org or issuer }}",
                    "{% if seal_use_id %}（{{ seal_name or '印章' }}）{% else %}（印章）{% endif %}",
                    "{{ issued_on }}",
                )
            ),
        ),
    ),
    Paper(
        key="filing",
        form=True,
        blocks=(
            Title(text="社会救助备案表（{{ filing_type }}）"),
            Number(text="备案编号：{{ filing_no }}"),
            Grid(
                cells=(
                    cell("案号", "case_no", wide=True),
                    *HOUSEHOLD,
                    cell("救助类别", "programme"),
                    cell("家庭人数", "member_count"),
                    cell("原月救助金额", "amount_before"),
                    cell("现月救助金额", "amount_after"),
                    cell("决定编号", "decision_no"),
                    cell("决定日期", "decided_on"),
                    cell("公示截止日", "notice_end"),
                    cell("起始月份", "effective_month"),
                    cell("近亲属备案", "relatives_flag"),
                    cell("报送期限", "due_on"),
                    cell("备案原因", "reason", wide=True),
                    BASIS,
                )
            ),
            SignOff(lines=("报送人：{{ submitter or '＿＿＿＿＿＿' }}", "{{ issuer }}（印章）", "{{ issued_on }}")),
            Blanks(lines=("接收人：＿＿＿＿＿＿　接收日期：＿＿＿年＿＿月＿＿日　是否退回：＿＿＿",)),
        ),
    ),
    Paper(
        key="filing_rollup",
        form=True,
        landscape=True,
        blocks=(
            Title(text="社会救助备案汇总表"),
            Number(text="{{ town_name }}　　汇总编号：{{ rollup_no }}　　{{ issued_on }}"),
            Listing(
                value="rows",
                columns=(
                    column("序号", "no", 1),
                    column("备案编号", "filing_no", 4),
                    column("案号", "case_no", 4),
                    column("申请人", "applicant_name", 2),
                    column("救助类别", "programme", 3),
                    column("类型", "filing_type", 1),
                    column("人数", "member_count", 1),
                    column("原金额", "amount_before", 2, figures=True),
                    column("现金额", "amount_after", 2, figures=True),
                    column("起始月份", "effective_month", 2),
                ),
                total="共{{ household_count }}户，现金额合计{{ total_amount }}",
            ),
            SignOff(lines=("报送人：{{ submitter or '＿＿＿＿＿＿' }}　　{{ issuer }}（印章）",)),
        ),
    ),
    Paper(
        key="delivery",
        form=True,
        blocks=(
            Letterhead(),
            Title(text="送达回证"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("送达文书", "letter_title"),
                    cell("文书编号", "letter_no"),
                    cell("受送达人", "recipient_name"),
                    cell("送达方式", "delivery_method"),
                    cell("送达地点", "delivery_place", wide=True),
                    cell("是否送达", "delivered"),
                    cell("送达时间", "delivered_at"),
                    cell("收件人", "receiver"),
                    cell("与受送达人关系", "receiver_relation"),
                    cell("未送达或拒收情况", "refusal_reason", wide=True),
                    cell("见证人", "witness"),
                    cell("送达人", "deliverer"),
                    cell("备注", "note", wide=True),
                )
            ),
            Blanks(lines=("收件人签名：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日",)),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="payment_list",
        form=True,
        landscape=True,
        blocks=(
            Title(text="社会救助资金发放清单"),
            Number(text="{{ effective_month }}　　发放单位：{{ payer }}　　{{ town_name }}"),
            Listing(
                value="rows",
                columns=(
                    column("序号", "no", 1),
                    column("对象编号", "recipient_no", 3),
                    column("案号", "case_no", 4),
                    column("姓名", "applicant_name", 2),
                    column("身份证号", "id_masked", 4),
                    column("救助类别", "programme", 3),
                    column("人数", "member_count", 1),
                    column("银行账号", "account_masked", 4),
                    column("金额", "amount", 2, figures=True),
                ),
                total="合计{{ total_count or '—' }}笔、{{ total_amount }}；本月剔除{{ excluded_count or 0 }}笔",
            ),
            SignOff(lines=("制表人：{{ maker or '＿＿＿＿＿＿' }}　　{{ issuer }}　　{{ issued_on }}",)),
        ),
    ),
)
