"""With a secret, nothing personal of a household can be read in the database file or in the stored files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiuzhu.bootstrap import build_office
from jiuzhu.service import cases
from jiuzhu.store import Store
from tests.conftest import prepare, settings_for, with_values
from tests.integration.people import WALKS, WANG, person
from tests.walks import Walker
from workers.exchange.server import ExchangeServer


@pytest.mark.req("XT-35")
def test_nothing_personal_stands_readable_on_disk(tmp_path: Path, exchange: ExchangeServer) -> None:
    settings = settings_for(tmp_path / "home", JIUZHU_SECRET_KEY="a secret of the office, long enough")
    office = build_office(with_values(settings, exchange={"url": exchange.url}))
    prepare(office)
    walker = Walker(office, WALKS["J9"])
    outcome = walker.run()
    assert len(outcome.orders) == 1
    told = walker.answers("application", person(office, WANG))
    view = cases.show_case(office, person(office, WANG), walker.case_no)
    assert view.head.applicant_name == told["applicant_name"]
    found = cases.list_cases(office, person(office, WANG), text=told["applicant_name"])
    assert [row.case_no for row in found.cases] == [walker.case_no], "a whole name is found through its keyed index"
    office.close()
    secrets = [
        told["applicant_name"],
        told["applicant_id"],
        told["phone"],
        told["bank_account"],
        told["members"][1]["name"],
        told["members"][1]["id"],
        told["hukou_address"],
        told["reason"],
    ]
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file() and "outbox" not in path.parts]
    content = b"".join(path.read_bytes() for path in files)
    readable = [secret for secret in secrets if str(secret).encode() in content]
    assert readable == []


def test_another_secret_opens_nothing(tmp_path: Path) -> None:
    first = settings_for(tmp_path / "home", JIUZHU_SECRET_KEY="a secret of the office, long enough")
    office = build_office(first)
    assert isinstance(office.store, Store)
    assert office.store.keyring.seal(b"x") != b"\x00x"
    office.close()
