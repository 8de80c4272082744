"""The papers of an office's year: the month's ranking, the award, the list of dishonesty, two lists compared."""

# ruff: noqa: E501 (a sentence of a letter stands on one line)

from __future__ import annotations

from tools.documents.letters import NUMBER
from tools.documents.paper import (
    Addressee,
    Band,
    Foot,
    Grid,
    Letterhead,
    Listing,
    Paper,
    Para,
    SignOff,
    Title,
    cell,
    column,
)

BASIS = Para(text="依据：{{ legal_basis | join('；') }}")
PLACES = (
    column("名次", "rank", 2),
    column("单位", "unit", 3),
    column("得分", "score", 2),
    column("扣分", "deductions", 5),
)

OFFICE_YEAR: tuple[Paper, ...] = (
    Paper(
        key="ranking_sheet",
        form=True,
        blocks=(
            Title(text="社会救助工作月度排序表"),
            NUMBER,
            Grid(cells=(cell("月份", "period"), cell("公布机关", "issuer"))),
            Band(text="镇街（按得分从高到低）"),
            Listing(value="ranking_rows", columns=PLACES),
            Band(text="部门量化指标"),
            Listing(value="department_rows", columns=PLACES),
            Para(text="核定意见：{{ opinion }}"),
            BASIS,
            Foot(text="满分100分，按台账里的事实逐件扣减；同分并列，后一名次空出。本排序是绩效考评的参考依据。"),
            SignOff(lines=("核定人：{{ checked_by }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="award_plan",
        form=True,
        blocks=(
            Title(text="社会救助综合改革“以奖代补”方案"),
            NUMBER,
            Grid(
                cells=(
                    cell("年度", "award_year"),
                    cell("平时考评权重", "weight"),
                    cell("合计（元）", "total_amount"),
                    cell("公布机关", "issuer"),
                )
            ),
            Listing(
                value="award_rows",
                columns=(
                    column("名次", "rank", 1),
                    column("单位", "unit", 3),
                    column("平时得分", "mean", 2),
                    column("工作情况", "work", 2),
                    column("综合得分", "total", 2),
                    column("金额（元）", "amount", 2),
                ),
            ),
            Band(text="资金来源"),
            Listing(
                value="fund_rows",
                columns=(
                    column("来源", "source", 3),
                    column("金额（元）", "amount", 2),
                    column("文号或者依据", "basis", 5),
                ),
            ),
            Para(text="{{ award_text }}"),
            BASIS,
            SignOff(
                lines=("提出人：{{ proposed_by }}　　资金落实人：{{ funds_by }}", "{{ issuer }}　　{{ issued_on }}")
            ),
        ),
    ),
    Paper(
        key="blacklist_notice",
        blocks=(
            Letterhead(),
            Title(text="拟列入失信名单告知书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(text="身份证号：{{ id_masked }}"),
            Para(text="经核实，你有下列失信事实（{{ case_no }}）：{{ blacklist_facts }}"),
            Para(text="拟将你列入社会救助失信人员名单。{{ blacklist_effect }}"),
            Para(
                text="你可以自收到本告知书之日起{{ appeal_days }}日内，向本机关书面或者口头陈述、申辩。逾期没有申辩的，本机关依据已核实的事实作出决定。"
            ),
            BASIS,
            SignOff(lines=("核实人：{{ collected_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="blacklist_decision",
        blocks=(
            Letterhead(),
            Title(text="失信名单决定书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(text="一、核实的事实（{{ case_no }}）：{{ blacklist_facts }}"),
            Para(text="二、你的申辩：{{ appeal_text }}"),
            Para(
                text="三、决定：{{ decision_words }}{% if valid_from %}（{{ valid_from }}至{{ valid_to }}）{% endif %}。{{ decision_reason }}",
                strong=True,
            ),
            Para(text="{{ blacklist_effect }}"),
            BASIS,
            Para(text="{{ remedy_text }}"),
            SignOff(lines=("决定人：{{ decided_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="two_systems_sheet",
        form=True,
        blocks=(
            Title(text="农村低保与扶贫两项制度双清差异表"),
            NUMBER,
            Grid(
                cells=(
                    cell("季度", "period"),
                    cell("仅在低保（人）", "only_dibao"),
                    cell("仅在扶贫（人）", "only_poverty"),
                    cell("两项都在（人）", "both"),
                )
            ),
            Listing(
                value="difference_rows",
                columns=(
                    column("所在系统", "side", 2),
                    column("姓名", "name", 2),
                    column("村（社区）", "village", 3),
                    column("核查结论", "conclusion", 2),
                    column("说明", "note", 3),
                ),
            ),
            SignOff(lines=("核查人：{{ checked_by }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
)
