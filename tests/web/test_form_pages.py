"""Forms as HTML: every control named, labelled and tied to its fault; posts with rows and files come back whole."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from jiuzhu.engine.forms import validate, view
from jiuzhu.errors import Invalid
from tests.forms_data import answers, known_forms
from tests.unit.form_desk import CONTEXT, PEOPLE, Desk, form_of
from webui import forms

DESK = Desk(paper_signers=(PEOPLE["jincheng-chief_rep-1"],))


@pytest.fixture
def page() -> Iterator[Flask]:
    """A bare application that only knows the form templates."""
    app = Flask("form-pages", template_folder=str(forms.TEMPLATES))
    app.add_url_rule("/files/<attachment_id>", "documents.attachment", lambda attachment_id: "")
    with app.test_request_context("/"):
        yield app


def drawn(form_id: str, values: dict[str, Any], faults: dict[str, str] | None = None, mode: Any = "edit") -> Any:
    shown = view(form_of(form_id), values, faults or {}, CONTEXT, mode, ports=DESK)
    return html.fromstring(str(forms.render_form(shown)))


def faults_of(form_id: str, values: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        validate(form_of(form_id), values, context=CONTEXT, ports=DESK)
    return refused.value.faults


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("form_id", known_forms())
def test_every_control_has_a_label_and_every_id_is_there_once(form_id: str) -> None:
    tree = drawn(form_id, answers(form_id))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for control in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labelled = tree.xpath("//label[@for=$id]", id=control.get("id") or "?") or control.xpath("ancestor::label")
        assert labelled, control.get("name")
        assert control.get("name")


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("form_id", known_forms())
def test_every_fault_has_its_place_on_the_page_and_a_link_from_the_summary(form_id: str) -> None:
    found = faults_of(form_id, {})
    shown = view(form_of(form_id), {}, found, CONTEXT, ports=DESK)
    tree = html.fromstring(str(forms.render_form(shown)))
    lines = forms.fault_lines(shown)
    assert sorted(sentence for _, sentence in lines) == sorted(found.values())
    for anchor, sentence in lines:
        assert tree.xpath("//*[@id=$id]", id=anchor), anchor
        assert any(sentence in text for text in tree.xpath("//*[contains(@class,'error-text')]//text()"))
    for control in tree.xpath("//*[@aria-describedby]"):
        for one in control.get("aria-describedby").split():
            assert tree.xpath("//*[@id=$id]", id=one), one


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("form_id", known_forms())
@pytest.mark.parametrize("mode", ["edit", "read"])
def test_no_inline_script_or_style_and_no_english_words(form_id: str, mode: str) -> None:
    tree = drawn(form_id, answers(form_id), mode=mode)
    assert not tree.xpath("//script | //@style | //@onclick | //@onchange")
    words = " ".join(text for text in tree.xpath("//text()"))
    assert not re.findall(r"\b(?!PDF\b)[A-Za-z]{4,}\b", words.replace("attachment-1", "").replace("obj-1", ""))


@pytest.mark.usefixtures("page")
def test_reading_needs_no_control() -> None:
    tree = drawn("application", answers("application"), mode="read")
    assert not tree.xpath("//input | //select | //textarea | //button")
    assert answers("application")["applicant_id"] not in tree.text_content()


@pytest.mark.usefixtures("page")
def test_what_people_type_is_never_markup() -> None:
    text = html.tostring(
        drawn("signature", {"findings_own": '</textarea><script>alert("1")</script>'}), encoding="unicode"
    )
    assert "<script>" not in text


@pytest.mark.usefixtures("page")
def test_enter_never_removes_a_row() -> None:
    """Browsers press the first button of a form on Enter: it must be the harmless one."""
    tree = drawn("application", answers("application"))
    assert tree.xpath("(//button)[1]/@name") == ["_refresh"]


@pytest.mark.usefixtures("page")
def test_rows_can_be_added_and_removed_without_javascript() -> None:
    tree = drawn("application", answers("application"))
    assert "members" in tree.xpath("//button[@name='_add']/@value")
    assert "members[1]" in tree.xpath("//button[@name='_remove']/@value")


def stored(name: str, mime: str, data: bytes) -> str:
    return f"{name}:{mime}:{len(data)}"


def upload(name: str, data: bytes = b"abc") -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name, content_type="image/jpeg")


def test_uploads_join_the_files_that_were_kept() -> None:
    fields = MultiDict([("photos", "attachment-1"), ("sign.confirm", "on"), ("sign.way", "paper")])
    files = MultiDict([("photos", upload("a.jpg")), ("photos", upload("")), ("sign.scan", upload("s.jpg"))])
    posted = forms.read_post(form_of("home_visit"), fields, files, stored)
    assert posted.data["photos"] == ["attachment-1", "a.jpg:image/jpeg:3"]
    assert posted.data["sign"]["scan"] == ["s.jpg:image/jpeg:3"]
    assert posted.change is None


def test_files_survive_a_row_that_is_added() -> None:
    fields = MultiDict([("_add", "witnesses"), ("witnesses[0]._row", "1"), ("witnesses[0].name", "甲")])
    posted = forms.read_post(form_of("home_visit"), fields, MultiDict([("photos", upload("a.jpg"))]), stored)
    assert posted.change is not None
    assert posted.data["photos"] == ["a.jpg:image/jpeg:3"]
    assert posted.data["witnesses"] == [{"name": "甲"}, {}]


@pytest.mark.parametrize("name", ["a.b.c", "photos[0]", "members[7].scan", "$where", "rows[0]", ""])
def test_a_file_for_no_field_is_refused_or_stays_unknown(name: str) -> None:
    def send() -> None:
        posted = forms.read_post(form_of("home_visit"), MultiDict(), MultiDict([(name, upload("a.jpg"))]), stored)
        validate(form_of("home_visit"), posted.data, context=CONTEXT, ports=DESK)

    with pytest.raises(Invalid):
        send()
