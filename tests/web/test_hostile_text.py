"""Text that would like to be markup, a formula or a template goes a case's whole way and stays text: on every page,
in every document and its Word file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree, html

from jiuzhu.domain.actor import Actor
from jiuzhu.engine.forms import Form, parse_form
from jiuzhu.service.office import Office
from tests.conftest import ROOT
from tests.integration.people import WALKS, WANG
from tests.walks import Line, Walker
from tests.web.conftest import Browser
from webui import create_app

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'{{ 7*7 }}{% raw %}=1+1\u202e😀"
SHORT = "<i>&"
FORMS: dict[str, Form] = {
    form.id: form for path in Path(ROOT / "bpmn").rglob("*.form") for form in [parse_form(path.read_bytes())]
}


def spoilt(components: Any, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers with the hostile text in every free text of a form."""
    found = dict(answers)
    for component in components:
        value = found.get(component.key)
        if component.is_list and isinstance(value, list):
            found[component.key] = [spoilt(component.children, row) for row in value]
        free = component.type in {"textarea", "textfield"} and not component.widget and not component.pattern
        if free and isinstance(value, str) and value and not value.isascii():
            found[component.key] = f"{value}{HOSTILE if component.type == 'textarea' else SHORT}"
    return found


class HostileWalker(Walker):
    """Enters hostile text wherever text may be entered freely."""

    def answer(self, line: Line, form: str, actor: Actor) -> dict[str, Any]:
        return spoilt(FORMS[form].top(), super().answer(line, form, actor))


def addresses_of(page: str) -> set[str]:
    """Return where a page leads to, inside the site."""
    found = html.fromstring(page).xpath("//a/@href | //img/@src | //@data-xml")
    kinds = ("/cases/", "/documents/", "/word/", "/submissions/", "/items/", "/reports/")
    return {str(one).partition("#")[0] for one in found if str(one).startswith(kinds)}


def test_hostile_text_stays_text_on_every_page_and_paper(office: Office) -> None:
    walker = HostileWalker(office, WALKS["J1"], household=1)
    assert walker.run().end_events
    app = create_app(office)
    seen: dict[str, bytes] = {}
    for login in (WANG, "jincheng-town_reviewer-1"):
        browser = Browser(app, login)
        waiting = {"/inbox?view=done", "/cases", "/public", f"/cases/{walker.case_no}?all=1"}
        while waiting:
            path = waiting.pop()
            answer = browser.client.get(path)
            assert answer.status_code in {200, 403, 404, 409}, path
            seen[path] = answer.data
            if answer.status_code == 200 and answer.mimetype == "text/html":
                waiting |= addresses_of(answer.text) - set(seen)
                tree = html.fromstring(answer.text)
                assert not tree.xpath("//script[not(@src) and contains(., 'alert')] | //*[@onerror]"), path
                assert "49" not in [text.strip() for text in tree.itertext()], path
    carried = [path for path, data in seen.items() if b"&lt;script&gt;alert(1)" in data or b"alert(1)" in data]
    assert any(path.startswith("/submissions/") for path in carried)
    papers = [data for path, data in seen.items() if path.startswith("/word/")]
    assert papers
    texts = []
    for data in papers:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                if name.endswith(".xml"):
                    texts.append("".join(map(str, etree.fromstring(packed.read(name)).itertext())))
    assert any("<script>alert(1)</script>" in text for text in texts)
