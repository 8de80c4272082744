"""How one case stands in a sitting: read from its own submissions and open items, whoever changed them (A7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiuzhu.domain.panels import CONVENED, MINUTES, OPINION, Panel, latest_panel
from jiuzhu.domain.rows import CaseDecision, Sitting, SittingCase
from jiuzhu.domain.words import CASE_STATUSES, STOPPED_STATUSES
from jiuzhu.errors import NotFound
from jiuzhu.service.desk import Desk
from jiuzhu.store import items, listing, papers
from jiuzhu.store.cases import Head
from jiuzhu.store.shelf import shelf_of

STAGES: Mapping[str, str] = {
    "convene": "须重新确定成员",
    "voting": "表决中",
    "minutes": "意见已齐，待签发纪要",
    "disputed": "有争议，重新审查后报党（工）委",
    "decided": "已有结果",
    "elsewhere": "已另行召集",
    "ended": "已终止",
    "out": "已撤出本次会议",
}
ITEM_STAGES = {CONVENED: "convene", OPINION: "voting", MINUTES: "minutes"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case of a sitting as it stands now."""

    row: SittingCase
    head: Head
    stage: str
    panel: Panel | None
    """The panel that the sitting convened; None when the case was convened anew since."""
    items: Mapping[str, Sequence[str]]
    """Form → open items of the panel's procedure, those that nobody holds first."""
    holders: Mapping[str, str]
    """Item → who holds it."""
    result: str
    """Decision or '' before it."""
    amount: str = ""
    """What was decided, a month; '' unless granted."""

    @property
    def words(self) -> str:
        """The stage in Chinese; why an ended case ended."""
        return CASE_STATUSES.get(self.head.status, "已终止") if self.stage == "ended" else STAGES[self.stage]

    @property
    def name(self) -> str:
        """How sentences name the case."""
        return f"{self.row.case_no}（{self.head.applicant_name}）"

    def awaits(self, person: str) -> bool:
        """True when a member still has to give an opinion here."""
        panel = self.panel
        return (
            self.stage == "voting"
            and panel is not None
            and panel.member(person) is not None
            and person not in panel.opinions
        )


def sitting_of(desk: Desk, number: str) -> Sitting:
    """Return a sitting. Raises NotFound."""
    found = shelf_of(desk.tx).find(Sitting, {"sitting_no": number})
    if not found:
        raise NotFound("没有这次会议，或者它不在您的管辖范围内。")
    return found[0]


def rows_of(desk: Desk, number: str) -> Sequence[SittingCase]:
    """Return the cases of a sitting by number: also the order in which they are locked."""
    return sorted(shelf_of(desk.tx).find(SittingCase, {"sitting_no": number}), key=lambda row: row.case_no)


def standing_of(desk: Desk, row: SittingCase) -> Standing:
    """Return how a case of a sitting stands."""
    head = listing.by_record(desk.tx, row.case_no)
    if head is None:
        raise NotFound(f"没有案件{row.case_no}。")
    latest = latest_panel(papers.submissions(desk.tx, row.case_no))
    own = latest if latest is not None and latest.submission.id == row.convened else None
    found: dict[str, list[str]] = {}
    holders: dict[str, str] = {}
    waiting = items.page(desk.tx, items.ItemFilter(case_no=row.case_no), after=None, limit=200)
    for item in sorted(waiting, key=lambda one: (one["assignee"] is not None, one["task_id"])):
        if item["form"] in ITEM_STAGES:
            found.setdefault(item["form"], []).append(item["task_id"])
            holders[item["task_id"]] = item["assignee"] or ""
    decided = shelf_of(desk.tx).find(CaseDecision, {"case_no": row.case_no})
    since = own.submission.submitted_at if own else None
    own_decision = next((one for one in reversed(decided) if since is not None and one.decided_at >= since), None)
    result = own_decision.decision if own_decision else ""
    return Standing(
        row=row,
        head=head,
        stage=_stage(row, head, found, own, latest, result),
        panel=own,
        items=found,
        holders=holders,
        result=result or _back(desk, row, own),
        amount=f"{own_decision.amount_monthly:.2f}" if own_decision and result == "granted" else "",
    )


def _stage(
    row: SittingCase,
    head: Head,
    found: Mapping[str, Any],
    own: Panel | None,
    latest: Panel | None,
    result: str,
) -> str:
    if row.state == "out":
        return "out"
    if result:
        return "decided"
    if head.ended_at is not None or head.status in STOPPED_STATUSES:
        return "ended"
    if own is None and latest is not None:
        return "elsewhere"
    stage = next((ITEM_STAGES[form] for form in ITEM_STAGES if form in found), "")
    if stage:
        return stage
    votes = own.votes if own else {}
    all_back = bool(votes) and set(votes.values()) == {"back"}
    return "decided" if all_back else "disputed"


def _back(desk: Desk, row: SittingCase, own: Panel | None) -> str:
    if own is None:
        return ""
    since = own.submission.submitted_at
    minutes = [
        one for one in papers.submissions(desk.tx, row.case_no) if one.form == MINUTES and one.submitted_at >= since
    ]
    return str(minutes[-1].data.get("decision") or "") if minutes else ""
