"""One household's way through the offices, worked in browsers along a walk of ``order.toml``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lxml import etree

from tests import forms_data
from tests.acceptance.browser import WAIT_MILLISECONDS, Clerk
from tests.conftest import ROOT
from tests.walks import Line, load_walks

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ClerkOf = Callable[[str], Clerk]


@cache
def item_names(district: str) -> Mapping[str, str]:
    """Return what people of a district see of each user task: element id → name."""
    found = {}
    for path in [*(ROOT / "bpmn" / "shared").glob("*.bpmn"), *(ROOT / "bpmn" / district).glob("*.bpmn")]:
        for task in etree.parse(path).iter(f"{MODEL}userTask"):
            found[str(task.get("id"))] = str(task.get("name"))
    return found


class Household:
    """A family that applies, and whoever works on its case."""

    def __init__(self, clerk_of: ClerkOf, walk: str, number: int) -> None:
        self.walk = load_walks()[walk]
        self.district: str = self.walk["district"]
        self.number = number
        self.case_no = ""
        self.amount = ""
        """The amount of the first decision."""
        self.decided_on = ""
        self._clerk_of = clerk_of

    def clerk(self, role: str, number: int = 1) -> Clerk:
        """Return the browser of somebody of the household's district."""
        return self._clerk_of(f"{self.district}-{role}-{number}")

    @property
    def name(self) -> str:
        """Return the applicant's name."""
        return str(forms_data.answers("application", district=self.district, household=self.number)["applicant_name"])

    def apply(self, role: str) -> None:
        """Hand the application in at somebody's desk, from the inbox's button."""
        clerk = self.clerk(role)
        clerk.go("/inbox")
        with clerk.page.expect_navigation():
            clerk.page.locator(f"a[href='/start/{self.district}_application']").first.click()
        clerk.fill(self.answers(clerk))
        clerk.picture(f"{self.walk['id']}-00-application")
        clerk.finish()
        found = re.search(r"案号 (\S+?)。", clerk.words())
        assert found is not None, clerk.words()
        self.case_no = found[1]

    def work(self, text: str, *, clerk: Clerk | None = None) -> None:
        """Take and complete the item of a line of the order (in a browser of its own, when one is given)."""
        clerk = self.fill_in(text, clerk=clerk)
        clerk.finish()
        assert f"已完成“{item_names(self.district)[Line.parse(text).element]}”" in clerk.words(), clerk.words()

    def fill_in(self, text: str, *, clerk: Clerk | None = None) -> Clerk:
        """Take the item of a line and fill it in, without completing it; returns whose browser shows it."""
        line = Line.parse(text)
        clerk = clerk or self.clerk(line.role, line.number)
        clerk.claim(self.case_no, item_names(self.district)[line.element])
        assert self.case_no in clerk.words()
        clerk.fill(self.answers(clerk, line))
        clerk.picture(f"{self.walk['id']}-{line.element}")
        return clerk

    def follow(self, first: str = "", last: str = "") -> None:
        """Work the lines of the order from ``first`` to ``last`` (elements, both included)."""
        lines: list[str] = self.walk["order"]
        names = [text if text.startswith("@") else Line.parse(text).element for text in lines]
        begin = names.index(first) if first else 0
        end = names.index(last) + 1 if last else len(lines)
        for text in lines[begin:end]:
            if text.startswith("@message"):
                self.report("异议", text.split()[2])
            else:
                self.work(text)

    def line(self, element: str) -> str:
        """Return the line of an element."""
        lines: list[str] = self.walk["order"]
        return next(one for one in lines if not one.startswith("@") and Line.parse(one).element == element)

    def report(self, label: str, role: str) -> None:
        """Enter a message by its button on the case page."""
        clerk = self.clerk(role)
        clerk.go(f"/cases/{self.case_no}")
        with clerk.page.expect_navigation():
            clerk.page.locator(".page-head a", has_text=label).click()
        clerk.fill(self.answers(clerk))
        clerk.picture(f"{self.walk['id']}-report")
        clerk.finish()
        assert "已登记，回执号" in clerk.words()

    def days_until(self, element: str, role: str) -> int:
        """Press the demo line's button day by day until an item opens; returns how many days that took."""
        clerk = self.clerk(role)
        name = item_names(self.district)[element]
        for day in range(1, 40):
            clerk.next_day()
            clerk.page.wait_for_timeout(50)
            if clerk.may_claim(self.case_no, name):
                return day
        raise AssertionError(f"{name} never opened")

    def page(self, role: str, number: int = 1) -> Clerk:
        """Open the case page as somebody."""
        clerk = self.clerk(role, number)
        assert clerk.go(f"/cases/{self.case_no}") == 200
        return clerk

    def page_when(self, role: str, words: str) -> Clerk:
        """Open the case page as somebody until it says something: an errand may still be on its way."""
        clerk = self.page(role)
        for _ in range(WAIT_MILLISECONDS // 250):
            if re.search(words, clerk.words()):
                return clerk
            clerk.page.wait_for_timeout(250)
            clerk.page.reload()
        raise AssertionError(f"{clerk.page.url} never says {words}:\n{clerk.words()}")

    @property
    def first_month(self) -> str:
        """Return the month after the decision: from then on money is paid."""
        year, month = int(self.decided_on[:4]), int(self.decided_on[5:7])
        return f"{year + month // 12}-{month % 12 + 1:02d}"

    # what is typed in

    def answers(self, clerk: Clerk, line: Line | None = None) -> dict[str, Any]:
        """Return what goes into the form on the page: the plain answers, and what the line says differently."""
        form = clerk.form_id
        more = dict(line.more) if line else {}
        data = forms_data.answers(form, district=self.district, today=clerk.today, household=self.number)
        for key in ("visit_at", "posted_at", "removed_at", "heard_at", "held_at", "delivered_on", "assessed_at"):
            if key in data:
                data[key] = f"{clerk.today}T09:00"
        team, leader = str(more.pop("team", "")), more.pop("leader", "")
        taken, other = more.pop("objections", "taken_up"), more.pop("amount", "")
        data |= more
        if team:
            data["team"] = [f"{self.district}-town_investigator-{number}" for number in team.split(",")]
            data["leader"] = f"{self.district}-town_investigator-{leader}"
        if "amount_monthly" in data and form in {"confirmation", "chief_rep_review"}:
            data["amount_monthly"] = self.amount = self._reckoned(clerk)
            self.decided_on = clerk.today
        if other:
            data |= {"amount_monthly": "100.00", "amount_reason": "复查查明另有收入，相应核减。"}
        if data.get("decision") in {"refused", "revoked"} or data.get("objection_outcome") == "revoked":
            data |= forms_data.REFUSAL
        if form == "objection_check":
            data["objections"] = [{"taken_up": taken == "taken_up"}]
        return data

    def _reckoned(self, clerk: Clerk) -> str:
        found = re.search(r"测算月救助金额 ([\d.,]+) 元", clerk.words())
        assert found is not None, clerk.words()
        return found[1].replace(",", "")
