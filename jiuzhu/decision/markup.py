"""Hardened XML: no entities, no DTD, no network, bounded size."""

from __future__ import annotations

from lxml import etree

from jiuzhu.decision.model import DecisionFinding, DecisionsRefused

MOST_BYTES = 2_000_000
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


def parse_xml(xml: bytes) -> etree._Element:
    """Return the root of a DMN file; no entities, no DTD, no network, bounded size. Raises DecisionsRefused."""
    if len(xml) > MOST_BYTES:
        raise refused(f"文件过大（{len(xml)} 字节，最多 {MOST_BYTES} 字节）", "请拆分文件。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise refused(f"不是有效的 XML：{error.msg}", "请用 Camunda Modeler 重新保存。", error.lineno or 0) from None
    if root.getroottree().docinfo.doctype:
        raise refused("文件不得含有 DOCTYPE（实体声明）", "请删除 DOCTYPE。")
    return root


def refused(message: str, remedy: str, line: int = 0) -> DecisionsRefused:
    return DecisionsRefused(
        [DecisionFinding(element_id="", element_name="", line=line, message=message, remedy=remedy)]
    )
