"""Papers of a reform in the towns: authority handed over, plans filed."""

from __future__ import annotations

from tools.documents.findings import CASE_NUMBER
from tools.documents.paper import Band, Cell, Foot, Grid, Listing, Paper, SignOff, Title, cell, column

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
    Paper(
        key="delegation_letter",
        form=True,
        blocks=(
            Title(text="放权委托书"),
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
                text="受托镇街是审核审批的直接责任主体，审批时加盖委托事项专用章，不得再委托；"
                "市民政局负责备案、监管和资金发放，不再参与审批。委托书中止、收回或者期满的，镇街不得用印。"
            ),
            SignOff(
                lines=(
                    "委托机关：{{ signed_by_district }}　　受托镇街：{{ signed_by_town }}",
                    "{{ issuer }}（印章）　　{{ issued_on }}",
                )
            ),
        ),
    ),
    Paper(
        key="responsibility_letter",
        form=True,
        blocks=(
            Title(text="放权责任书"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("责任书编号", "responsibility_no"),
                    cell("放权委托书编号", "entrustment_no"),
                    cell("放权机关", "entrusting_org"),
                    cell("责任单位", "town_name"),
                    Cell(label="承接事项", text="{{ entrusted_items | join('；') }}", wide=True),
                    cell("生效日期", "valid_from"),
                    Cell(label="失效日期", text="{{ valid_to or '长期' }}"),
                    cell("责任条款", "liability", wide=True),
                    Cell(label="依据", text="{{ legal_basis | join('；') }}", wide=True),
                )
            ),
            Foot(
                text="低保自材料和授权齐全之日起十五个工作日内办结；谁调查、谁签字、谁负责；"
                "下放一项、承接一项、办好一项。"
            ),
            SignOff(
                lines=(
                    "市民政局：{{ signed_by_district }}　　镇街负责人：{{ signed_by_town }}",
                    "{{ issuer }}（印章）　　{{ issued_on }}",
                )
            ),
        ),
    ),
    Paper(
        key="agency_letter",
        form=True,
        blocks=(
            Title(text="代办委托书"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("委托书编号", "agency_letter_no", wide=True),
                    cell("委托人", "principal_name"),
                    cell("身份证号", "principal_id_masked"),
                    cell("代办员", "agent_name"),
                    cell("所在单位", "agent_unit"),
                    Cell(label="代办事项", text="{{ agency_items | join('；') }}", wide=True),
                    Cell(label="重点服务对象", text="{{ agency_groups | join('、') or '—' }}", wide=True),
                    Cell(label="委托人本人填写的材料", text="{{ papers_needed | join('、') }}", wide=True),
                    Cell(label="代办费用", text="0元（免费）"),
                    Cell(label="委托期限", text="{{ valid_from }}至{{ valid_to }}"),
                    Cell(label="依据", text="{{ legal_basis | join('；') }}", wide=True),
                )
            ),
            Foot(
                text="签订本委托书之前代办员不得代为办理；能通过部门信息共享取得的材料，不再要求委托人提交；"
                "委托人可以随时撤销委托。"
            ),
            SignOff(
                lines=("委托人（签字、按印）：　　　　　　代办员：{{ agent_name }}", "{{ issuer }}　　{{ issued_on }}")
            ),
        ),
    ),
    Paper(
        key="pilot_plan",
        form=True,
        blocks=(
            Title(text="综合改革试点工作方案备案表"),
            CASE_NUMBER,
            Grid(
                cells=(
                    cell("乡镇（办事处）", "town_name"),
                    cell("制定人", "made_by"),
                    cell("方案名称", "plan_title", wide=True),
                    cell("具体方案", "plan_text", wide=True),
                )
            ),
            Band(text="任务清单"),
            Listing(
                value="tasks",
                columns=(
                    column("任务", "task", 4),
                    column("责任人", "task_person", 1),
                    column("时限", "task_due", 1),
                ),
            ),
            Grid(
                cells=(
                    cell("备案人", "filed_by"),
                    cell("备案日期", "filed_on"),
                    Cell(label="依据", text="{{ legal_basis | join('；') }}", wide=True),
                )
            ),
            SignOff(lines=("{{ issuer }}（印章）", "{{ issued_on }}")),
        ),
    ),
)
