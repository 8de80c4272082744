"""Documents: the Word file and its HTML twin say the same, and nothing goes missing in silence."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jiuzhu.errors import ConfigurationError, WorkerError
from tests.fakes.papers import sample
from tools.make_documents import made
from workers.documents import TEMPLATES
from workers.documents.fields import Template
from workers.documents.maker import Documents
from workers.documents.present import present

FOLDER = Path(__file__).resolve().parents[2] / "bpmn" / "documents"


@pytest.fixture(scope="module")
def documents() -> Documents:
    return Documents(FOLDER)


def words_of_docx(data: bytes) -> str:
    """Every text of a Word file, headers and footers too, without white space."""
    document = Document(io.BytesIO(data))
    texts = [
        node.text or ""
        for root in (document.element, document.sections[0].header._element, document.sections[0].footer._element)
        for node in root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    ]
    return re.sub(r"\s", "", "".join(texts))


def words_of_html(fragment: str) -> str:
    """Every text of a fragment without white space."""
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", fragment)))


def facts(template: Template, values: dict[str, Any]) -> set[str]:
    """Every printed text of the values, those of list lines and table cells too."""
    shown = present(template, values)
    found: set[str] = set()
    for name, value in shown.items():
        if name == "given":
            continue
        for each in value if isinstance(value, list) else [value]:
            found |= set(each.values()) if isinstance(each, dict) else {each}
    return {re.sub(r"\s", "", each) for each in found if each not in ("", "是", "否")}


@pytest.mark.parametrize("key", sorted(TEMPLATES))
@pytest.mark.req("NH-56", "JC-50", "XT-28", "XX-62")
def test_word_file_and_twin_say_the_same(documents: Documents, key: str) -> None:
    values = sample(TEMPLATES[key])
    paper, screen = words_of_docx(documents.docx(key, values)), words_of_html(documents.twin(key, values))
    assert not re.search(r"\{[{%]|[}%]\}", paper + screen)
    for fact in facts(TEMPLATES[key], values):
        assert (fact in paper) == (fact in screen), fact
    mark = "演示数据"
    assert screen.replace(mark + "，人员均为虚构。", "").replace(mark, "") in paper.replace("PAGE", "")


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_every_value_that_may_be_given_is_printed_somewhere(documents: Documents, key: str) -> None:
    """A value that no template prints would be collected for nothing; a few are read, not printed."""
    values = sample(TEMPLATES[key])
    if key == "refusal":
        values["original_decision_no"] = ""
    unread = {"district_name", "town_name", "village_name", "hotline", "programme", "document_no", "reason"}
    screen = words_of_html(documents.twin(key, values))
    shown = present(TEMPLATES[key], values)
    for field in TEMPLATES[key].fields:
        if field.type in ("text", "list", "money", "choice") and field.name not in unread and values[field.name]:
            for text in shown[field.name] if isinstance(shown[field.name], list) else [shown[field.name]]:
                printed = re.sub(r"\s", "", text) in screen
                alternative = (key, field.name) in ALTERNATIVES
                assert printed or alternative, f"{key} never prints {field.name}"


ALTERNATIVES = {
    ("refusal", "decision"),
    ("refusal", "issuer"),
    ("case_forward", "issuer"),
    ("delivery", "applicant_name"),
    ("delivery", "applicant_id_masked"),
    ("notice", "issuer"),
    ("verification_report", "issuer"),
    ("approval_form", "issuer"),
    ("approval_form", "reason"),
    ("support_agreement", "carer"),
    ("support_agreement", "case_no"),
    *((key, "applicant_id_masked") for key in TEMPLATES),
    *((key, "applicant_name") for key in ("termination_of_procedure",)),
}
"""Printed only in the place of another value, or given for the register and not for the reader."""


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_required_values_are_enough(documents: Documents, key: str) -> None:
    values = sample(TEMPLATES[key], everything=False)
    paper, screen = words_of_docx(documents.docx(key, values)), words_of_html(documents.twin(key, values))
    assert screen in paper.replace("PAGE", "")
    assert "None" not in screen
    assert "演示数据" not in paper + screen


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_a_missing_value_is_named(documents: Documents, key: str) -> None:
    for field in TEMPLATES[key].fields:
        if not field.required:
            continue
        values = sample(TEMPLATES[key])
        values[field.name] = [] if field.type in ("table", "list") else None
        with pytest.raises(WorkerError, match=re.escape(field.name)) as refused:
            documents.docx(key, values)
        assert refused.value.permanent
        assert key in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount_monthly", "12.345"),
        ("amount_monthly", 12.5),
        ("amount_monthly", "NaN"),
        ("decision", "approved"),
        ("decided_at", "2026-09-16T08:00:00"),
        ("decided_at", "gestern"),
        ("members_covered", "2"),
        ("members_covered", True),
        ("effective_month", "2026-13"),
        ("asset_ok", "yes"),
        ("legal_basis", "社会救助暂行办法"),
        ("members", [{"relation": "self"}]),
        ("members", [{"name": "示例", "salary": "1.00"}]),
        ("standart", "600.00"),
    ],
)
def test_a_wrong_value_is_named(documents: Documents, name: str, value: Any) -> None:
    values = sample(TEMPLATES["approval_form"]) | {name: value}
    with pytest.raises(WorkerError, match=name):
        documents.twin("approval_form", values)


def test_equal_values_give_equal_bytes(documents: Documents) -> None:
    values = sample(TEMPLATES["refusal"])
    first, second = documents.docx("refusal", values), documents.docx("refusal", dict(values))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert documents.docx("refusal", values | {"facts": "另一事实"}) != first


def test_values_are_text_and_never_markup(documents: Documents) -> None:
    values = sample(TEMPLATES["refusal"]) | {"facts": "<script>alert(1)</script> {{ 7*7 }} & </w:t>"}
    assert "<script>" not in documents.twin("refusal", values)
    paper = words_of_docx(documents.docx("refusal", values))
    assert "<script>alert(1)</script>{{7*7}}&</w:t>" in paper


def test_lines_of_a_text_are_kept(documents: Documents) -> None:
    values = sample(TEMPLATES["refusal"]) | {"facts": "第一行\n第二行"}
    paper = Document(io.BytesIO(documents.docx("refusal", values)))
    assert any("第一行\n第二行" in paragraph.text for paragraph in paper.paragraphs)


@pytest.mark.req("XT-16", "JC-24")
def test_refusal_says_refused_or_revoked(documents: Documents) -> None:
    values = sample(TEMPLATES["refusal"], everything=False)
    refused = words_of_html(documents.twin("refusal", values | {"decision": "refused", "refusal_word": "不予批准"}))
    revoked = words_of_html(documents.twin("refusal", values | {"decision": "revoked", "original_decision_no": "决17"}))
    assert "不予批准告知书" in refused
    assert "撤销" not in refused
    assert "撤销救助决定告知书" in revoked
    assert "决定撤销决17号救助决定" in revoked
    for part in ("查明的事实", "理由", "依据", "救济途径", values["remedy_text"], values["legal_basis"][0]):
        assert part in refused
        assert part in revoked


@pytest.mark.req("XT-10", "XT-16")
def test_the_seal_stands_on_the_approval_form_only_when_it_was_used(documents: Documents) -> None:
    values = sample(TEMPLATES["approval_form"], everything=False)
    assert "用印" not in words_of_docx(documents.docx("approval_form", values))
    sealed = values | {"seal_use_id": "印2026-1", "seal_name": "示例市民政局委托事项专用章", "entrustment_no": "委3"}
    for text in (
        words_of_docx(documents.docx("approval_form", sealed)),
        words_of_html(documents.twin("approval_form", sealed)),
    ):
        assert "四、用印" in text
        assert "示例市民政局委托事项专用章" in text
        assert "委3" in text


@pytest.mark.req("JC-06", "XT-24")
def test_a_notice_names_no_more_than_it_may(documents: Documents) -> None:
    """Name (masked), members, category and amount: a field for anything else does not exist (57 art 24)."""
    notice = TEMPLATES["notice"]
    assert {column.name for column in notice.field("rows").columns} == {
        "applicant_name_masked", "member_count", "programme", "amount_monthly", "village_name",
    }  # fmt: skip
    assert not {"applicant_name", "applicant_id_masked", "case_no"} & {field.name for field in notice.fields}


def test_no_limit_is_printed_in_words(documents: Documents) -> None:
    values = sample(TEMPLATES["acceptance_notice"]) | {"due_on": "9999-12-31T00:00:00+08:00"}
    assert "应于无期限" in words_of_html(documents.twin("acceptance_notice", values))


def test_the_day_is_that_of_the_office(documents: Documents) -> None:
    values = sample(TEMPLATES["refusal"]) | {"decided_on": "2026-09-15T16:30:00+00:00"}
    assert "于2026年9月16日决定" in words_of_html(documents.twin("refusal", values))


def test_unknown_template_and_missing_files_are_errors(documents: Documents, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="没有名为laissez_passer的文书模板"):
        documents.title("laissez_passer")
    with pytest.raises(ConfigurationError, match=r"refusal\.docx"):
        Documents(tmp_path)


def test_a_template_runs_in_the_sandbox(tmp_path: Path) -> None:
    template = Template(key="evil", title="坏模板", fields=())
    (tmp_path / "evil.docx").write_bytes((FOLDER / "refusal.docx").read_bytes())
    (tmp_path / "evil.html").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}", encoding="utf-8")
    with pytest.raises(WorkerError, match=r"evil\.html"):
        Documents(tmp_path, {"evil": template}).twin("evil", {})


def test_committed_files_are_what_the_script_makes() -> None:
    differing = [path.name for path, data in made().items() if not path.is_file() or path.read_bytes() != data]
    assert differing == []
