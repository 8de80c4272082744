"""议事协商: who sits, what each member said, and what follows from it (NH-20, NH-21).

Read from the submissions alone: the latest ``panel_convene`` and the ``panel_opinion`` forms after it. Whoever signs is
the member, whether by login or on paper; an investigator of the case reports and has no vote (R-03), a member who
keeps out has neither (R-05).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiuzhu.domain.records import PersonHead, Submission
from jiuzhu.domain.signing import hands_of, signer_of

INVESTIGATING = frozenset({"Task_HomeVisit", "Task_CoSign"})
"""Elements by which somebody has investigated the case."""

VOTES: Mapping[str, str] = {"agree": "granted", "refuse": "refused", "back": "back"}
"""Vote → decision that follows when nobody votes otherwise."""
RECUSED = "recused"
POST = "town_panel"
"""Post of a town's panel members."""
CONVENED, OPINION, MINUTES = "panel_convene", "panel_opinion", "panel_minutes"
"""Forms of convening, of an opinion, of the minutes."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One member as convened."""

    person: str
    kind: str
    """head, deputy, civil or village."""
    post: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One convening, with the opinions given since."""

    submission: Submission
    members: tuple[Member, ...]
    opinions: Mapping[str, Submission] = field(default_factory=dict)
    """Person id of the member → his opinion."""
    reporters: frozenset[str] = frozenset()
    """Members who have investigated the case."""

    @property
    def recused(self) -> frozenset[str]:
        """Members who keep out of this case."""
        return frozenset(person for person, one in self.opinions.items() if vote_of(one) == RECUSED)

    def member(self, person: str) -> Member | None:
        """Return the member that a person is; None for others."""
        return next((one for one in self.members if one.person == person), None)

    @property
    def votes(self) -> dict[str, str]:
        """Votes by person, without those who only report or keep out."""
        return self.votes_without(frozenset())

    def votes_without(self, struck: frozenset[str]) -> dict[str, str]:
        """Return the votes by person, also without opinions whose signature does not count."""
        silent = self.reporters | self.recused
        return {
            person: vote_of(one)
            for person, one in self.opinions.items()
            if person not in silent and one.id not in struck
        }


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the opinions come to."""

    result: str
    """granted, refused or back; disputed when the panel may not close the case itself."""
    disputed: bool
    counts: Mapping[str, int]


def latest_panel(submissions: Sequence[Submission]) -> Panel | None:
    """Return the latest convening with its opinions; None before the first."""
    for place in range(len(submissions) - 1, -1, -1):
        if submissions[place].form == CONVENED:
            convened = submissions[place]
            members = tuple(
                Member(person=str(row["person"]), kind=str(row.get("kind", "")), post=str(row.get("post", "")))
                for row in convened.data.get("panel_members") or ()
                if row.get("person")
            )
            opinions = {member_of(one): one for one in submissions[place + 1 :] if one.form == OPINION}
            investigations = [hands_of(one) for one in submissions if one.element_id in INVESTIGATING]
            investigated = frozenset[str]().union(*investigations)
            return Panel(
                submission=convened,
                members=members,
                opinions=opinions,
                reporters=frozenset(one.person for one in members if one.person in investigated),
            )
    return None


def member_of(submission: Submission) -> str:
    """Return whom a form is about: whoever signed it, or the member whose keeping out another member enters."""
    if vote_of(submission) == RECUSED and submission.data.get("recused_member"):
        return str(submission.data["recused_member"])
    return signer_of(submission)


def composition_of(members: Sequence[Member], size_reason: str) -> dict[str, Any]:
    """Return the inputs of table ``panel_composition`` for these members."""
    kinds = {member.kind for member in members}
    return {
        "panel_size": len(members),
        **{f"has_{kind}": kind in kinds for kind in ("head", "deputy", "civil", "village")},
        "size_reason": size_reason,
    }


def left_office(member: PersonHead, panel: Panel, town: str) -> bool:
    """True when a convened member no longer holds the post: nobody could hand in an opinion for them any more."""
    if not member.groups:
        return True
    return f"{POST}@{town}" not in member.groups and member.id not in panel.reporters


def vote_of(submission: Submission) -> str:
    """Return the vote of an opinion form."""
    return str(submission.data.get("panel_vote") or "")


def fault_of(panel: Panel | None, signer: str, vote: str, *, again: bool) -> str:
    """Return what stands against an opinion, '' when nothing does."""
    if panel is None or panel.member(signer) is None:
        return "只有本次确定的议事协商成员可以发表意见。"
    if again:
        return "这名成员已经发表过意见，每人一次。"
    if vote == RECUSED:
        return ""
    if signer in panel.reporters and vote != "report":
        return "参加过本案调查的成员只汇报调查情况，不表决。"
    if signer not in panel.reporters and vote == "report":
        return "没有参加本案调查的成员应当表决。"
    return ""


def tally(panel: Panel, *, objection_taken_up: bool, unanimous: bool, struck: frozenset[str] = frozenset()) -> Tally:
    """Count the votes, without those in ``struck`` (submissions whose signature is denied).

    Disputed: somebody says so, a valid objection was raised, nobody could vote, or the votes differ (``unanimous``;
    otherwise only when none has more than half of them).
    """
    votes = panel.votes_without(struck)
    counts = {vote: sum(1 for one in votes.values() if one == vote) for vote in sorted(set(votes.values()))}
    leading = max(counts, key=lambda vote: counts[vote], default="")
    enough = len(counts) == 1 if unanimous else bool(counts) and counts[leading] * 2 > len(votes)
    disputed = objection_taken_up or "disputed" in counts or not enough
    return Tally(result="disputed" if disputed else VOTES[leading], disputed=disputed, counts=counts)
