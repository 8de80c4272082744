"""The only place that reads XML from outside: no DOCTYPE, no entities, bounded in bytes, nodes and depth."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from jiuzhu.engine.findings import Finding
from jiuzhu.errors import DeploymentRefused

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 50_000
MAX_DEPTH = 60

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
MODELER = "http://camunda.org/schema/modeler/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Return the root of a document.

    Raises DeploymentRefused (rules ``xml.size``, ``xml.encoding``, ``xml.doctype``, ``xml.syntax``, ``xml.nodes``,
    ``xml.depth``) before anything in it is believed.
    """
    _require_plain(data, name, MAX_BYTES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        raise _syntax(name, fault) from None
    _measure(root, name)
    return root


def stream_xml(data: bytes, name: str, tag: str, most_bytes: int) -> Iterator[etree._Element]:
    """Yield the elements of a tag one by one, each forgotten before the next: for lists too long for a tree.

    As strict as ``parse_xml`` about what the bytes may hold; how many elements there may be is the caller's to count.
    Raises DeploymentRefused.
    """
    _require_plain(data, name, most_bytes)
    found = etree.iterparse(
        io.BytesIO(data), tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in found:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as fault:
        raise _syntax(name, fault) from None


def _require_plain(data: bytes, name: str, most_bytes: int) -> None:
    if len(data) > most_bytes:
        raise _refuse(name, "xml.size", f"文件超过 {most_bytes // 1024 // 1024} MB。", "请拆分成几个流程文件。")
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refuse(name, "xml.encoding", "文件不是 UTF-8 编码。", "请用 Camunda Modeler 重新保存。") from None
    if b"\x00" in data or (declared is not None and declared.group(1).lower() not in (b"utf-8", b"us-ascii")):
        raise _refuse(name, "xml.encoding", "文件声明的编码不是 UTF-8。", "请用 Camunda Modeler 重新保存。")
    # Refused in the bytes, before a parser sees it: no DTD can then declare anything. A DOCTYPE inside a comment is
    # refused as well, which harms nobody.
    for mark in (b"<!DOCTYPE", b"<!ENTITY"):
        at = data.upper().find(mark)
        if at >= 0:
            line = data.count(b"\n", 0, at) + 1
            raise _refuse(name, "xml.doctype", "文件含有 DOCTYPE 或实体声明，不允许。", "请删除该声明。", line)


def _syntax(name: str, fault: etree.XMLSyntaxError) -> DeploymentRefused:
    line, column = fault.position
    message = f"XML 有语法错误：{fault.msg}。"
    return _refuse(name, "xml.syntax", message, "请用 Camunda Modeler 打开并重新保存。", line, column)


def local_name(element: etree._Element) -> str:
    """Return the tag without its namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    """Return the tag's namespace, '' for none."""
    return etree.QName(element).namespace or ""


def text_of(element: etree._Element) -> str:
    """Return the stripped text of an element."""
    return (element.text or "").strip()


def line_of(element: etree._Element) -> int:
    """Return the line of an element, 0 when unknown."""
    return int(element.sourceline or 0)


def _measure(root: etree._Element, name: str) -> None:
    # Walked with a list of our own: a hostile depth must not become a RecursionError.
    nodes, stack = 0, [(root, 1)]
    while stack:
        element, depth = stack.pop()
        nodes += 1
        if nodes > MAX_NODES:
            raise _refuse(name, "xml.nodes", f"文件的元素超过 {MAX_NODES} 个。", "请拆分成几个流程文件。")
        if depth > MAX_DEPTH:
            raise _refuse(name, "xml.depth", f"元素嵌套超过 {MAX_DEPTH} 层。", "请减少嵌套。", line_of(element))
        if not isinstance(element.tag, str):
            raise _refuse(name, "xml.doctype", "文件含有实体引用，不允许。", "请直接写出文字。", line_of(element))
        stack.extend((child, depth + 1) for child in element)


def _refuse(name: str, rule: str, message: str, remedy: str, line: int = 0, column: int = 0) -> DeploymentRefused:
    return DeploymentRefused(
        [Finding(severity="error", resource=name, rule=rule, message=message, remedy=remedy, line=line, column=column)]
    )
