"""A case is opened, marked and formally accepted."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

CASE_OPEN = TopicContract(
    topic="case_open",
    label="立案编号",
    kind="record",
    doc="办件的第一步：记入提交的表单，按流程属性 defaults 给变量初值，并算出一般事项的办理期限。启动时已给出的变量保持原值。",
    inputs=(
        Name(name="town", type="string", label="管辖镇（街道）", required=False),
        Name(name="intake_town", type="string", label="受理镇（街道）", required=False),
        Name(name="village", type="string", label="村（社区）", required=False),
        Name(name="programme", type="string", label="救助项目", required=False),
        Name(name="channel", type="string", label="申请渠道", required=False),
        Name(name="applicant_name", type="string", label="申请人", required=False),
        names.DECISION,
        names.DECISION_NO,
        names.FILING_NO,
        names.AMOUNT_MONTHLY,
        names.ACCEPTED_AT,
        names.RULE_PROFILE,
        names.AUTHORITY_LEVEL,
    ),
    outputs=(Name(name="town", type="string", label="管辖镇（街道）", required=False), names.DUE_SIMPLE),
    sources=("JC-09", "XT-35"),
)

CASE_MARK = TopicContract(
    topic="case_mark",
    label="登记办件状态",
    kind="record",
    doc="把办件登记为给定的状态，例如 checked 材料齐全、not_accepted 不予受理、lapsed 逾期未补正。",
    inputs=(
        Name(name="status", type="string", label="办件状态"),
        names.LETTER_KIND,
    ),
    outputs=(names.DUE_SIMPLE,),
    sources=("XT-20",),
)

CASE_ACCEPT = TopicContract(
    topic="case_accept",
    label="登记受理并转送管辖镇街",
    kind="record",
    doc="登记受理时间；户籍或居住村（社区）不在受理镇街时转送管辖镇街并出具转送单；给出是否首次申请、人户分离、随机入户。",
    inputs=(names.INTAKE_TOWN, names.TOWN, names.VILLAGE, names.PROGRAMME),
    outputs=(
        Name(name="accepted_at", type="date", label="受理时间"),
        names.TOWN,
        names.VILLAGE,
        Name(name="first_application", type="boolean", label="是否首次申请"),
        Name(name="person_hukou_separated", type="boolean", label="是否人户分离"),
        Name(name="random_flag", type="boolean", label="是否随机抽中入户"),
        names.DUE_SIMPLE,
    ),
    sources=("NH-05", "JC-09", "XT-21"),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=CASE_OPEN),
    Topic(contract=CASE_MARK),
    Topic(contract=CASE_ACCEPT),
)
