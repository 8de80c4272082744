"""一户一档: the papers of a case go into the household's dossier, each with its hash."""

from __future__ import annotations

from jiuzhu.domain.topics import Name, Topic, TopicContract
from workers.records import names

ARCHIVE = TopicContract(
    topic="archive",
    label="归入一户一档",
    kind="record",
    doc="把本户新产生的表单和文书连同校验值归入档案；可重复执行，已归档的不再归入。",
    outputs=(Name(name="dossier_ref", type="string", label="档案版本"), names.DUE_SIMPLE),
    sources=("JC-13", "JC-28"),
)

TOPICS: tuple[Topic, ...] = (Topic(contract=ARCHIVE),)
