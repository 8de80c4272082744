"""Papers of the many-sided assessment, the service plan, the case conference and the look-back at a recognition."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER, HOUSEHOLD
from tools.documents.paper import (
    Band,
    Blanks,
    Cell,
    Foot,
    Grid,
    Listing,
    Paper,
    Para,
    SignOff,
    Title,
    cell,
    column,
    listed,
)

BASIS = Cell(label="依据", text="{{ legal_basis | join('；') or '—' }}", wide=True)
HEAD = (*HOUSEHOLD, cell("救助类别", "programme"))
MEETING = (
    listed("会商情形", "reasons"),
    cell("会商方式", "venue"),
    cell("会商日期", "meeting_on"),
    cell("会商地点", "meeting_place", wide=True),
    listed("参加部门", "departments"),
)

ASSESSMENTS: tuple[Paper, ...] = (
    Paper(
        key="six_dim",
        form=True,
        blocks=(
            Title(text="社会救助六维三类评估表"),
            CASE_NUMBER,
            Grid(cells=(*HEAD, cell("评估日期", "assessed_on"))),
            Band(text="一、六个维度"),
            Listing(
                value="dimensions",
                columns=(column("维度", "dimension", 3), column("程度", "level", 2), column("说明", "note", 8)),
            ),
            Band(text="二、三类主要参数"),
            Grid(
                cells=(
                    cell("收支状况", "balance_class"),
                    cell("收支说明", "balance_note"),
                    cell("健康及就业", "work_class"),
                    cell("健康就业说明", "work_note"),
                    cell("生活环境", "living_class"),
                    cell("环境说明", "living_note"),
                    cell("月人均收入", "per_capita_income", wide=True, when="per_capita_income"),
                    cell("致贫主要原因", "main_cause", wide=True),
                )
            ),
            Band(text="三、列出的需求"),
            Listing(
                value="needs",
                columns=(
                    column("维度", "dimension", 3),
                    column("救助事项", "referral_item", 5),
                    column("救助形式", "aid_form", 4),
                ),
            ),
            Foot(text="评估只列需求，用于衔接各项救助；一个维度的好坏不代替其他维度，也不因此不予救助。"),
            SignOff(lines=("评估人：{{ assessor }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="service_plan",
        form=True,
        blocks=(
            Title(text="综合救助服务计划"),
            CASE_NUMBER,
            Grid(cells=(*HEAD, listed("救助形式", "aid_forms"), cell("服务计划", "plan_text", wide=True))),
            Band(text="转办相关部门"),
            Listing(
                value="referrals",
                columns=(
                    column("事项", "referral_item", 4),
                    column("内容", "content", 6),
                    column("部门", "department", 3),
                ),
            ),
            Blanks(lines=("申请人签名：＿＿＿＿＿＿＿＿＿＿＿＿",)),
            SignOff(lines=("制定人：{{ planner }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="conference_notice",
        blocks=(
            Title(text="个案会商通知"),
            CASE_NUMBER,
            Para(text="{{ departments | join('、') }}："),
            Para(
                text="{{ applicant_name }}（{{ town_name }}{{ village_name }}）申请{{ programme }}一案，"
                "因{{ reasons | join('、') }}，按照个案会商机制，定于{{ meeting_on }}在{{ meeting_place }}"
                "进行会商（{{ venue }}）。"
            ),
            Para(text="需要会商的问题：{{ question }}"),
            Para(text="请派员参加，并在会商期限内提出意见和可以落实的帮扶措施；期限内没有提出意见的，在纪要中载明。"),
            SignOff(lines=("召集人：{{ convener }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="conference_minutes",
        form=True,
        blocks=(
            Title(text="个案会商纪要"),
            CASE_NUMBER,
            Grid(cells=(*HEAD, *MEETING, cell("参加人员", "attendees", wide=True))),
            Band(text="一、部门意见"),
            Listing(
                value="views",
                columns=(
                    column("部门", "department", 3),
                    column("承办人", "person", 2),
                    column("意见", "view", 5),
                    column("可落实的措施", "measure", 4),
                ),
            ),
            Band(text="二、会商结论"),
            Grid(
                cells=(
                    cell("结论", "conference_result", wide=True),
                    cell("意见", "conference_opinion", wide=True),
                    BASIS,
                )
            ),
            Band(text="三、综合帮扶措施"),
            Listing(
                value="measures",
                columns=(
                    column("措施", "measure", 6),
                    column("责任部门", "department", 4),
                    column("完成期限", "due_on", 3),
                ),
            ),
            Foot(text="会商意见供审核、审批参考，不代替审批；措施由责任部门限期落实并反馈。"),
            SignOff(lines=("记录人：{{ recorder }}　　{{ signed_at }}", "{{ issuer }}（印章）")),
        ),
    ),
    Paper(
        key="followup_eval",
        form=True,
        blocks=(
            Title(text="低收入家庭后续保障综合评估表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    *HEAD,
                    cell("评估日期", "evaluated_on"),
                    cell("措施效果", "effect"),
                    cell("下一步", "next_measure"),
                    cell("事实", "effect_facts", wide=True),
                    cell("仍有的需求", "continuing_needs", wide=True, when="continuing_needs"),
                    cell("综合评估意见", "evaluation", wide=True),
                )
            ),
            SignOff(lines=("评估人：{{ evaluator }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
)
