"""Cases that wait for a panel, and the acts of a sitting as its people do them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiuzhu.service import sitting_minutes, sittings
from jiuzhu.service.office import Office
from jiuzhu.service.sittings import Exceptions, Plan, Seat, Vote
from tests.walks import Line, Walker, load_walks

KINDS = {"h": "head", "d": "deputy", "c": "civil", "v": "village"}
LOGIN = {"way": "login", "confirm": True}


def waiting_cases(office: Office, count: int, walk: str = "N1", first: int = 1) -> list[Walker]:
    """Walk households side by side until each waits for its panel; the clock moves once for all."""
    order: Sequence[str] = load_walks()[walk]["order"]
    until = next(place for place, line in enumerate(order) if line.startswith("Task_ConvenePanel"))
    walkers = [Walker(office, load_walks()[walk], household=first + number) for number in range(count)]
    for walker in walkers:
        walker.arrange()
        walker.start()
    for line in order[:until]:
        if line.startswith("@"):
            walkers[-1].command(line)
            for walker in walkers[:-1]:
                walker.settle()
        else:
            for walker in walkers:
                walker.complete(Line.parse(line))
    return walkers


def seats(numbers: str = "1,2,3,4,5", kinds: str = "") -> list[Seat]:
    """Return seats by the numbers of the panel's logins (``head``, ``visitor``: other roles); kinds one letter each."""
    others = {"head": "ninghe-town_head-1", "visitor": "ninghe-town_investigator-1"}
    letters = kinds or "hdcv" * 5
    return [
        Seat(
            person=others.get(number, f"ninghe-town_panel-{number}"),
            kind=KINDS[letters[place]],
            post=f"示例职务{place + 1}",
        )
        for place, number in enumerate(numbers.split(","))
    ]


def open_over(
    walkers: Sequence[Walker], numbers: str = "1,2,3,4,5", kinds: str = "", reason: str = "", **exceptions: Any
) -> str:
    """Let the head open a sitting over these cases."""
    plan = Plan(
        meeting_on=date.fromisoformat(walkers[0].today),
        meeting_place="示例会议室",
        seats=seats(numbers, kinds),
        case_nos=[walker.case_no for walker in walkers],
        size_reason=reason,
    )
    return sittings.open_sitting(walkers[0].office, walkers[0].actor("town_head"), plan, Exceptions(**exceptions))


def votes(walkers: Sequence[Walker], vote: str = "agree", **other: str) -> dict[str, Vote]:
    """Return the same vote on all cases; ``other``: position of a case (``c0``) → another one."""
    return {
        walker.case_no: Vote(vote=other.get(f"c{place}", vote), reason="调查属实，符合条件。")
        for place, walker in enumerate(walkers)
    }


def sign(
    walkers: Sequence[Walker], number: str, member: int | str, vote: str = "agree", **other: str
) -> sittings.Signed:
    """Let a member sign for these cases."""
    role, own = (member, 1) if isinstance(member, str) else ("town_panel", member)
    actor = walkers[0].actor(role, own)
    return sittings.sign(walkers[0].office, actor, number, votes(walkers, vote, **other), LOGIN)


def minutes(lines: Mapping[str, Mapping[str, str]] | None = None) -> sitting_minutes.Minutes:
    """Return minutes that the head signs."""
    return sitting_minutes.Minutes(
        text="听取调查人员汇报，逐件发表意见。", opinion="成员意见一致。", confirmed=True, lines=lines or {}
    )
