"""Standing on a day: which letters, posts, seals and grants are in force. Pure; whoever asks brings the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jiuzhu.domain.rows import Appointment, AuthorityGrant, EntrustmentLetter, Seal, SealCustody
from jiuzhu.domain.topics import PolicyReader

DECIDING_POSTS = frozenset({"town_confirmer", "chief_rep", "town_head", "town_party_committee"})
"""Posts that may decide for a town; which of them a diagram asks is the diagram's matter."""

ENTRUSTMENT = "entrustment"
"""Legal form in which the town decides in the name of whoever entrusted it, as long as a letter is in force."""

LEVELS: Mapping[str, str] = {"town": "镇（街道）", "county": "区（市）"}

COUNTY_POSTS = frozenset({"county_approver"})
"""Posts that decide for the district where the town has no authority; their appointment names the district."""


def in_force(first: date, last: date | None, day: date) -> bool:
    """True when a day lies in a period; its last day counts."""
    return first <= day and (last is None or day <= last)


def letter_of(letters: Iterable[EntrustmentLetter], day: date) -> EntrustmentLetter | None:
    """Return the entrustment letter in force on a day, the latest of several; None when there is none (XT-11)."""
    valid = [
        letter
        for letter in letters
        if letter.kind == "entrustment"
        and letter.status == "in_force"
        and in_force(letter.valid_from, letter.valid_to, day)
    ]
    return valid[-1] if valid else None


def posts_of(posts: Iterable[Appointment], day: date, wanted: frozenset[str] = DECIDING_POSTS) -> list[Appointment]:
    """Return who holds one of the wanted posts on a day."""
    return [each for each in posts if each.post in wanted and in_force(each.valid_from, each.valid_to, day)]


def keeper_of(seal: Seal, custodies: Iterable[SealCustody], day: date) -> str:
    """Return who keeps a seal on a day; '' when nobody does (XT-14)."""
    holders = [
        each.holder
        for each in custodies
        if each.seal_no == seal.seal_no and in_force(each.valid_from, each.valid_to, day)
    ]
    return holders[-1] if holders else ""


def handed_down(policy: PolicyReader, day: date) -> list[dict[str, Any]]:
    """Return the district's own rows of the authority table; none where a town must first prove to be ready: there its
    grants say what it has (ADR 68).
    """
    if policy.values("readiness", day).get("required") is True:
        return []
    return [dict(row) for row in policy.rows("authority", day)]


def grant_rows(grants: Iterable[AuthorityGrant], day: date) -> list[dict[str, Any]]:
    """Return a town's own grants as rows of the authority table: what was switched on, the latest first.

    One that begins later is there too: the decision table compares the acceptance date (QJ-01, QJ-28).
    """
    standing = [grant for grant in grants if grant.devolution_until is None or day <= grant.devolution_until]
    begun = [grant for grant in standing if grant.devolution_from <= day]
    return [
        {
            "programme": grant.programme,
            "town": grant.town,
            "devolution_from": grant.devolution_from.isoformat(),
            "legal_form": grant.legal_form,
            "legal_basis": grant.legal_basis,
            "source": f"{grant.source}，{grant.letter_no}",
        }
        for grant in sorted(begun or standing, key=lambda grant: grant.devolution_from, reverse=True)
    ]


def fitting_row(rows: Iterable[Mapping[str, Any]], programme: str, town: str) -> dict[str, Any] | None:
    """Return the first row that fits programme and town; an empty column fits every case."""
    for row in rows:
        if row.get("programme") in (None, "", programme) and row.get("town") in (None, "", town):
            return dict(row)
    return None


def authority_inputs(
    row: Mapping[str, Any] | None, letter: EntrustmentLetter | None, posts: Sequence[Appointment]
) -> dict[str, Any]:
    """Return what the decision table ``authority`` asks beside the district's own parameters."""
    return {
        "devolution_from": row.get("devolution_from") if row else None,
        "legal_form": row.get("legal_form") if row else None,
        "letter_in_force": letter is not None,
        "staff_ok": bool(posts),
    }


def lack_of(values: Mapping[str, Any], level: str) -> str:
    """Say why a town may not decide, from what the decision table was asked and what it answered."""
    if not values.get("devolution_from"):
        return "本镇（街道）没有这类救助的确认权限"
    if values.get("legal_form") == ENTRUSTMENT and not values.get("letter_in_force"):
        return "没有有效的放权委托书"
    if not values.get("staff_ok"):
        return "本镇（街道）没有在任的确认人员"
    return f"按受理日期，确认层级为{LEVELS.get(level, '无')}"
