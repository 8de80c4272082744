"""供养服务协议 names the services that the town chose for a 特困 household."""

from __future__ import annotations

import pytest

from jiuzhu.service import documents, identity
from jiuzhu.service.office import Office
from tests.walks import Walker, load_walks


@pytest.mark.req("JC-22")
def test_the_agreement_lists_the_chosen_services(office: Office) -> None:
    walker = Walker(office, load_walks()["J2"])
    walker.run()
    reviewer = identity.actor_of(office, "jincheng-town_reviewer-1")
    (number,) = [
        row["document_no"]
        for row in walker.rows("select document_no, template from document where case_no = :case_no")
        if row["template"] == "support_agreement"
    ]
    html = documents.document_html(office, reviewer, number).html
    assert "日常生活照料" in html
    assert "定期探访" in html
    assert "丧葬事宜" not in html
