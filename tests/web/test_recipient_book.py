"""The register of recipients on the screen and by command: within reach, with history and what may be started."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner

from jiuzhu.cli import recipient as command
from jiuzhu.cli import show
from jiuzhu.errors import NotFound
from jiuzhu.service import recipient_book
from jiuzhu.service.office import Office
from tests.recipients import Known
from tests.web.conftest import Browser


@pytest.mark.req("JC-29", "JC-10")
def test_staff_find_a_recipient_and_read_his_history_within_reach(office: Office) -> None:
    known = Known(office)
    row = known.recipient
    officer, other = known.actor("village_officer-1"), known.actor("village_officer-2")
    for text in (row.recipient_no, row.case_no, row.name, row.resident_id, ""):
        assert [one.recipient_no for one in recipient_book.list_recipients(office, officer, text=text)] == [
            row.recipient_no
        ], text
    assert recipient_book.list_recipients(office, officer, state="ended") == []
    assert recipient_book.list_recipients(office, officer, programme="tekun") == []
    assert recipient_book.list_recipients(office, officer, text="别人") == []
    assert recipient_book.list_recipients(office, other) == []
    with pytest.raises(NotFound):
        recipient_book.show(office, other, row.recipient_no)
    sheet = recipient_book.show(office, officer, row.case_no)
    assert (sheet.has_case, [one.kind for one in sheet.changes]) == (False, ["存量导入"])
    assert row.resident_id not in str(sheet)
    keys = {one.key for one in sheet.acts}
    assert {"jincheng_change", "shared_death"} <= keys
    assert "shared_recovery" not in keys, "the village reports, the town recovers"
    assert "shared_recovery" in {
        one.key for one in recipient_book.show(office, known.actor("town_reviewer-1"), row.recipient_no).acts
    }


def test_the_page_lists_shows_and_leads_to_the_forms(office: Office, browser: Callable[..., Browser]) -> None:
    known = Known(office)
    row = known.recipient
    officer = browser("jincheng-village_officer-1")
    page = officer.get("/recipients?text=" + row.recipient_no)
    assert page.status_code == 200
    assert row.name in page.text
    assert row.resident_id not in page.text
    sheet = officer.get(f"/recipients/{row.recipient_no}")
    assert "存量导入" in sheet.text
    assert "/start/jincheng_change" in sheet.text
    form = officer.get(f"/start/jincheng_change?about={row.recipient_no}")
    assert form.status_code == 200
    assert "900.00" in form.text


def test_the_command_says_the_same(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known(office)
    monkeypatch.setattr(show, "open_office", lambda: office)
    listed = CliRunner().invoke(command.recipient, ["list", "--as", "jincheng-town_reviewer-1"])
    assert (listed.exit_code, known.recipient.name in listed.output) == (0, True), listed.output
    told = CliRunner().invoke(command.recipient, ["show", known.recipient_no, "--as", "jincheng-town_reviewer-1"])
    assert "存量导入" in told.output
    assert "jincheng_change" in told.output
