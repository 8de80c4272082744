"""The papers of supervision: samples, feedback, rectification, circulars, inspections, accountability."""

# ruff: noqa: E501 (a sentence of a letter stands on one line)

from __future__ import annotations

from tools.documents.letters import NUMBER, SIGN_OFF
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

SUPERVISION: tuple[Paper, ...] = (
    Paper(
        key="sample_record",
        form=True,
        blocks=(
            Title(text="抽样记录"),
            NUMBER,
            Grid(
                cells=(
                    cell("抽样编号", "draw_no"),
                    cell("期间", "sample_period"),
                    cell("范围", "sample_scope"),
                    cell("抽查比例", "sample_ratio"),
                    cell("总体户数", "pool_count"),
                    cell("全部检查户数", "all_count"),
                    cell("总体摘要（SHA-256）", "population_hash", wide=True),
                    cell("冻结时间", "frozen_at"),
                    cell("抽查户数", "sample_count"),
                    cell("种子", "sample_seed"),
                    cell("录入人", "seeded_by"),
                    cell("种子来源", "seed_source", wide=True),
                )
            ),
            Band(text="样本"),
            Listing(
                value="sample_items",
                columns=(
                    column("案号", "member", 4),
                    column("镇（街道）", "town", 2),
                    column("抽中方式", "reason", 2),
                    column("检查人员", "inspectors", 2),
                ),
            ),
            Foot(
                text="总体在录入种子之前冻结并公布摘要。重算：对每个案号求 SHA-256（种子|总体摘要|案号），各镇（街道）按结果从小到大取前若干户，户数为比例乘以总体户数、向上取整。样本不得重抽；更换的另行登记理由。"
            ),
            SignOff(lines=("{{ issuer }}", "{{ issued_on }}")),
        ),
    ),
    Paper(
        key="spot_check_feedback",
        blocks=(
            Letterhead(),
            Title(text="抽查反馈意见书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(
                text="按照抽样{{ draw_no }}，我局对案件{{ case_no }}进行了抽查（{{ check_method }}），现将意见反馈如下。"
            ),
            Para(text="一、结论：{{ check_conclusion }}", strong=True),
            Para(text="二、意见", strong=True),
            Para(text="{{ check_opinion }}"),
            Para(
                text="三、发现的问题：{{ problem_kinds | join('；') }}。请在收到限期整改通知书后按期整改。",
                when="problem_kinds",
            ),
            Para(text="抽查人：{{ checked_by }}　　抽查日期：{{ checked_on }}"),
            SIGN_OFF,
        ),
    ),
    Paper(
        key="rectify_order",
        blocks=(
            Letterhead(),
            Title(text="限期整改通知书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(
                text="在监督检查（{{ source_no }}）中发现你单位存在下列问题，请于{{ due_rectify }}前整改到位，并书面报告整改情况："
            ),
            Para(text="{{ rectify_items | join('；') }}。"),
            Para(text="依据：{{ rectify_basis }}"),
            Para(text="逾期不整改或者整改不到位的，移送责任追究。"),
            SignOff(lines=("下达人：{{ ordered_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="circular",
        blocks=(
            Letterhead(),
            Title(text="抽查情况通报"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(
                text="{{ sample_period }}抽查（{{ draw_no }}）：应查{{ sample_count }}户，已查{{ checked_count }}户，有问题{{ problem_count }}户；合格率{{ pass_rate }}，覆盖率{{ coverage }}。"
            ),
            Para(text="{{ circular_text }}"),
            SignOff(lines=("签发人：{{ signed_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="inspection_report",
        form=True,
        blocks=(
            Title(text="监督检查报告"),
            NUMBER,
            Grid(
                cells=(
                    cell("检查编号", "source_no"),
                    cell("检查类别", "inspection_kind"),
                    cell("检查内容", "inspection_scope", wide=True),
                )
            ),
            Band(text="检查记录"),
            Listing(
                value="inspection_findings",
                columns=(
                    column("单位", "unit", 2),
                    column("检查情况", "found", 4),
                    column("问题", "problems", 3),
                    column("检查人", "inspector", 2),
                ),
            ),
            Para(text="结论：{{ report_text }}"),
            SignOff(lines=("报告人：{{ reported_by }}", "{{ issuer }}　　{{ issued_on }}")),
        ),
    ),
    Paper(
        key="responsibility_chain",
        form=True,
        blocks=(
            Title(text="责任倒查表"),
            NUMBER,
            Grid(cells=(cell("涉及编号", "source_no"), cell("线索", "violation_facts", wide=True))),
            Band(text="办理责任链（取自办理记录，不能改动）"),
            Listing(
                value="chain_steps",
                columns=(
                    column("时间", "at", 3),
                    column("环节", "step", 4),
                    column("办理人", "person", 2),
                    column("逾期", "late", 1),
                ),
            ),
            SignOff(lines=("{{ issuer }}　　{{ issued_on }}",)),
        ),
    ),
    Paper(
        key="violation_decision",
        blocks=(
            Letterhead(),
            Title(text="责任追究处理决定书"),
            NUMBER,
            Addressee(text="{{ addressee }}："),
            Para(text="一、查明的事实（{{ violation_no }}，情形：{{ violation_kind }}）", strong=True),
            Para(text="{{ violation_facts }}"),
            Para(text="二、当事人申辩", strong=True),
            Para(text="{{ heard_statement }}"),
            Para(text="三、处理：{{ disposition }}", strong=True),
            Para(text="{{ disposition_reason }}"),
            SignOff(lines=("决定人：{{ decided_by }}", "{{ issuer }}（印章）　　{{ issued_on }}")),
        ),
    ),
)
