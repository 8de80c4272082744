"""The letters: what the office writes to people."""

# ruff: noqa: E501 (a sentence of a letter stands on one line)

from __future__ import annotations

from tools.documents.paper import Addressee, Blanks, Block, Each, Foot, Letterhead, Number, Paper, Para, SignOff, Title

NUMBER = Number(text="{{ document_no }}", when="document_no")
TO_APPLICANT = Addressee(text="{{ applicant_name }}：")
SIGN_OFF = SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}"))
RECEIPT = Blanks(lines=("签收人：＿＿＿＿＿＿＿　签收日期：＿＿＿年＿＿月＿＿日",))
HOTLINE = Para(text="咨询电话：{{ hotline }}。", when="hotline")
CASE = "你（户）提出的{{ programme }}申请（案号：{{ case_no }}）"


def _law(heading: str, text: str, heading_remedy: str = "救济途径") -> tuple[Block, ...]:
    return (
        Para(text=f"{heading}、依据", strong=True),
        Para(text=text),
        Para(text=f"{'三' if heading == '二' else '四'}、{heading_remedy}", strong=True),
        Para(text="{{ remedy_text }}"),
    )


BASIS = "{{ legal_basis | join('；') }}。"

LETTERS: tuple[Paper, ...] = (
    Paper(
        key="acceptance_notice",
        blocks=(
            Letterhead(),
            Title(text="受理通知书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text=CASE + "，经审查，申请材料齐全，核对授权完整，符合受理条件，现决定自{{ accepted_at }}起予以受理。"
            ),
            Para(
                text="本申请的办理时限为{{ limit_days }}个工作日{% if clock_from %}（自{{ clock_from }}起算）{% endif %}，"
                "应于{{ due_on }}前办结{% if given.provisional %}（节假日安排尚未公布，此日期为暂定，以公布后的日期为准）"
                "{% endif %}。依法延长期限的，另行告知。"
            ),
            Para(text="已收到的材料：{{ materials | join('、') }}。", when="materials"),
            Para(
                text="办理期间将核对家庭经济状况、开展调查，请你（户）予以配合；家庭人口、收入、财产发生变化的，请及时告知。"
            ),
            Para(text="首问责任人：{{ officer }}。{% if hotline %}咨询电话：{{ hotline }}。{% endif %}"),
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="correction_notice",
        blocks=(
            Letterhead(),
            Title(text="一次性补正告知书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text=CASE
                + "{% if received_at %}已于{{ received_at }}收到{% endif %}。经审查，还需补正以下材料，现一次性告知："
            ),
            Each(
                value="missing_items",
                text="{{ row.no }}．{{ row.item }}{% if row.reason %}（{{ row.reason }}）{% endif %}；",
            ),
            Para(
                text="请于{{ resubmit_by }}前补正。补正期间不计入办理时限；逾期未补正的，视为放弃本次申请，可以重新提出申请。"
                "能够通过数据共享取得的材料，不需要提交。"
            ),
            Para(text="首问责任人：{{ officer }}。{% if hotline %}咨询电话：{{ hotline }}。{% endif %}"),
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="not_accepted_notice",
        blocks=(
            Letterhead(),
            Title(text="不予受理告知书"),
            NUMBER,
            TO_APPLICANT,
            Para(text=CASE + "{% if received_at %}已于{{ received_at }}收到{% endif %}。经审查，决定不予受理。"),
            Para(text="一、事实和理由", strong=True),
            Para(text="{{ facts }}", when="facts"),
            Para(text="{{ reason_text }}"),
            *_law("二", BASIS),
            HOTLINE,
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="lapsed_notice",
        blocks=(
            Letterhead(),
            Title(text="逾期未补正告知书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text=CASE + "，因材料不齐，我单位已{% if correction_issued_on %}于{{ correction_issued_on }}{% endif %}"
                "发出一次性补正告知书{% if correction_no %}（{{ correction_no }}）{% endif %}，"
                "请你（户）于{{ resubmit_by }}前补正。期限届满，以下材料仍未补正："
            ),
            Each(value="missing_items", text="{{ row.no }}．{{ row.item }}；"),
            Para(text="一、处理结果", strong=True),
            Para(text="本次申请不再办理，视为放弃本次申请。材料备齐后可以重新提出申请，我单位将依法受理。"),
            *_law("二", BASIS),
            HOTLINE,
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="case_forward",
        blocks=(
            Letterhead(),
            Title(text="就近受理转送单"),
            NUMBER,
            Addressee(text="{{ town_name }}："),
            Para(
                text="申请人{{ applicant_name }}于我处就近提出{{ programme }}申请（案号：{{ case_no }}），现于{{ forwarded_at }}"
                "转送你处办理。"
            ),
            Para(text="随转材料：{{ materials | join('、') }}。", when="materials"),
            Para(text="转送人：{{ officer }}。", when="officer"),
            SignOff(lines=("{{ intake_town_name }}（印章）", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="refusal",
        blocks=(
            Letterhead(text="{{ decision_org or issuer }}"),
            Title(
                text="{% if given.decision == 'revoked' %}撤销救助决定{% else %}{{ refusal_word or '不予确认' }}{% endif %}告知书"
            ),
            NUMBER,
            TO_APPLICANT,
            Para(
                text=CASE + "，{% if given.decision == 'revoked' %}经公示和异议复查，于{{ decided_on }}决定撤销"
                "{% if original_decision_no %}{{ original_decision_no }}号{% else %}原{% endif %}救助决定，不予发放救助金。"
                "{% else %}经调查审核，于{{ decided_on }}决定{{ refusal_word or '不予确认' }}。{% endif %}"
                "{% if decision_no %}决定编号：{{ decision_no }}。{% endif %}"
            ),
            Para(text="一、查明的事实", strong=True),
            Para(text="{{ facts }}"),
            Para(text="二、理由", strong=True),
            Each(value="reasons", text="{{ loop.index }}．{{ row }}；"),
            Para(text="{{ reason_text }}"),
            Para(text="三、依据", strong=True),
            Para(text=BASIS),
            Para(text="四、救济途径", strong=True),
            Para(text="{{ remedy_text }}"),
            HOTLINE,
            SignOff(lines=("{{ decision_org or issuer }}（印章）", "{{ issued_on }}")),
            RECEIPT,
            Foot(text="本告知书应于{{ deliver_by }}前送达。", when="deliver_by"),
        ),
    ),
    Paper(
        key="termination_of_procedure",
        blocks=(
            Letterhead(),
            Title(text="终止办理告知书"),
            NUMBER,
            Addressee(text="{{ recipient_name or applicant_name }}："),
            Para(
                text="{{ applicant_name }}提出的{{ programme }}申请（案号：{{ case_no }}），因{{ stop_kind }}，"
                "于{{ decided_on }}终止办理。{% if given.notice_taken_down %}正在进行的公示已撤下。{% endif %}"
            ),
            Para(text="一、有关事实", strong=True),
            Para(text="{{ stop_facts }}"),
            *_law("二", BASIS),
            HOTLINE,
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="extension_notice",
        blocks=(
            Letterhead(),
            Title(text="延长办理期限告知书"),
            NUMBER,
            TO_APPLICANT,
            Para(
                text=CASE + "已于{{ accepted_at }}受理，原应于{{ old_due }}前办结。因{{ extension_reason }}，经批准，"
                "办理期限延长至{{ new_due }}。"
            ),
            Para(text="具体情况：{{ extension_facts }}", when="extension_facts"),
            Para(text="依据：" + BASIS, when="legal_basis"),
            Para(text="{{ remedy_text }}", when="remedy_text"),
            Para(
                text="经办人：{{ officer }}。{% if hotline %}咨询电话：{{ hotline }}。{% endif %}",
                when="officer or hotline",
            ),
            SIGN_OFF,
            RECEIPT,
        ),
    ),
    Paper(
        key="objection_reply",
        blocks=(
            Letterhead(),
            Title(text="异议答复书"),
            NUMBER,
            Addressee(text="{{ objector_name or '异议人' }}："),
            Para(
                text="你于{{ received_at }}对{{ notice_no }}号公示（{{ subject_name_masked }}）提出的异议"
                "（登记号：{{ objection_no }}）收悉，现答复如下："
            ),
            Para(text="一、反映的内容", strong=True),
            Para(text="{{ content }}"),
            Para(text="二、查明的事实", strong=True, when="facts"),
            Para(text="{{ facts }}", when="facts"),
            Para(text="{{ '三' if facts else '二' }}、处理结果", strong=True),
            Para(text="{{ objection_outcome }}。{{ reply_text }}"),
            Para(text="依据：" + BASIS, when="legal_basis"),
            Para(text="{{ remedy_text }}", when="remedy_text"),
            HOTLINE,
            SIGN_OFF,
        ),
    ),
    Paper(
        key="support_agreement",
        blocks=(
            Title(text="特困人员供养服务协议"),
            Number(text="编号：{{ agreement_no }}", when="agreement_no"),
            Para(text="甲方（镇、街道）：{{ issuer }}"),
            Para(
                text="乙方（供养服务人）：{{ institution or carer or '＿＿＿＿＿＿' }}{% if carer_phone %}，电话{{ carer_phone }}{% endif %}"
            ),
            Para(
                text="丙方（供养对象）：{{ applicant_name }}{% if applicant_id_masked %}，身份证号{{ applicant_id_masked }}{% endif %}"
            ),
            Para(text="一、供养方式", strong=True),
            Para(
                text="丙方经评估为{{ care_level }}，按{{ support_mode }}方式供养"
                "{% if effective_month %}，自{{ effective_month }}起{% endif %}。"
            ),
            Para(text="二、服务内容", strong=True),
            Para(
                text="乙方应当保障丙方的吃、穿、住，按其生活自理能力给予日常照料，患病时协助就医，并及时向甲方报告丙方的重大情况。",
                when="not services",
            ),
            Each(value="services", text="{{ loop.index }}．{{ row }}；"),
            Para(text="三、供养经费", strong=True),
            Para(
                text="{% if amount_monthly %}基本生活费每月{{ amount_monthly }}。{% endif %}"
                "{% if care_allowance %}照料护理费每月{{ care_allowance }}。{% endif %}经费按规定发放，专款专用。"
            ),
            Para(text="四、监督", strong=True),
            Para(text="甲方每季度至少探访一次，乙方不履行协议的，甲方可以解除协议并另行安排供养服务。"),
            Para(text="五、本协议一式三份，三方各执一份，自签字（盖章）之日起生效。", strong=False),
            SignOff(
                lines=(
                    "甲方（印章）：＿＿＿＿＿＿＿＿",
                    "乙方：＿＿＿＿＿＿＿＿",
                    "丙方（或监护人）：＿＿＿＿＿＿＿＿",
                    "{{ issued_on }}",
                )
            ),
        ),
    ),
    Paper(
        key="confidentiality",
        blocks=(
            Title(text="核对信息保密协议"),
            Number(text="编号：{{ agreement_no }}", when="agreement_no"),
            Para(
                text="{{ user_name }}{% if user_post %}（{{ user_post }}）{% endif %}"
                "因工作需要使用居民家庭经济状况核对信息，使用单位为{{ organisation_name or town_name }}，使用范围为：{{ scope }}。"
                "使用人承诺："
            ),
            Para(text="一、只为办理社会救助查询，每次查询以申请人及家庭成员的授权为前提，不查询与办理事项无关的人员。"),
            Para(text="二、不向任何单位和个人泄露、提供或者出售核对信息，不拍照、不外传、不留存副本。"),
            Para(text="三、保管好本人账号和密码，不交他人使用；知悉每次查询均记录查询人、时间和对象，可以追溯。"),
            Para(text="四、离开岗位时停止使用，此后继续承担保密义务。违反本协议的，依照有关规定承担责任。"),
            Para(text="本协议自{{ signed_at }}起生效{% if valid_to %}，有效期至{{ valid_to }}{% endif %}。"),
            SignOff(lines=("使用人（签名）：{{ user_name }}", "{{ issuer }}（印章）", "{{ signed_at }}")),
        ),
    ),
)
