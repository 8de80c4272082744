"""备案: built from the decision, sent by the town, received by the district. It is never an approval."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

FILING_BUILD = TopicContract(
    topic="filing_build",
    label="生成备案表",
    kind="record",
    doc="按最近的决定生成备案表（新增、变更或注销）；同一户前一份尚未报送的，更正前一份并入，状态为 merged。",
    inputs=(names.PROGRAMME, names.TOWN),
    outputs=(names.FILING_NO, names.FILING_STATE, names.DUE_SIMPLE),
    sources=("JC-25", "XT-12"),
)

FILING_LOAD = TopicContract(
    topic="filing_load",
    label="取备案表",
    kind="record",
    doc="备案接收流程的第一步：按编号取出备案表，登记为已报送。",
    inputs=(Name(name="filing_no", type="string", label="备案编号"),),
    outputs=(names.FILING_NO, names.FILING_STATE, names.TOWN, names.PROGRAMME, names.DUE_SIMPLE),
    sources=("JC-25",),
)

FILING_RECORD = TopicContract(
    topic="filing_record",
    label="登记备案",
    kind="record",
    doc="登记收到备案并列入抽查范围；不影响办件。",
    inputs=(Name(name="filing_no", type="string", label="备案编号"),),
    outputs=(names.FILING_STATE, names.DUE_SIMPLE),
    sources=("JC-25", "JC-26"),
)

FILING_AMEND = TopicContract(
    topic="filing_amend",
    label="更正备案",
    kind="record",
    doc="决定变更或撤销、办理终止后更正备案：未报送的直接更正，已报送的另行启动变更或注销备案；没有备案时不做任何事。",
    inputs=(names.PROGRAMME, names.TOWN, names.VILLAGE, names.DECISION, names.STOP_KIND),
    outputs=(names.DUE_SIMPLE,),
    sources=("JC-25",),
)

TOPICS: tuple[Topic, ...] = (
    Topic(contract=FILING_BUILD),
    Topic(contract=FILING_LOAD),
    Topic(contract=FILING_RECORD),
    Topic(contract=FILING_AMEND),
)
