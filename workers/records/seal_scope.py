"""What the seal may be used for, and why not: catalogue, letter, seal, keeper (R-14, XT-04, XT-38)."""

from __future__ import annotations

from jiuzhu.domain.rows import EntrustmentLetter, Seal
from jiuzhu.domain.topics import RecordCall
from jiuzhu.errors import Refused
from workers.records.standing import custodian_of, letter_of_town, seals_of_town, staff_of_town


def catalogue(call: RecordCall) -> dict[str, str]:
    """Return the items that may be delegated: code → label; empty where the district has no catalogue (XT-02)."""
    return {str(row["item_code"]): str(row["label"]) for row in call.policy.rows("delegated_items", call.today)}


def require_whole(call: RecordCall) -> None:
    """Refuse to entrust from a catalogue that has not the scheme's number of categories and items (XT-02, XT-42)."""
    rows = call.policy.rows("delegated_items", call.today)
    got = (len({row["category"] for row in rows}), len({row["item_code"] for row in rows}))
    wanted = tuple(int(call.policy.value(f"delegated.{each}", call.today)) for each in ("categories", "items"))
    if got != wanted:
        raise Refused(f"下放目录应是{wanted[0]}大项{wanted[1]}小项，现在是{got[0]}大项{got[1]}小项，请先核对目录。")


def granted_programmes(call: RecordCall, letter: EntrustmentLetter) -> list[str]:
    """Return the programmes that a letter's items stand for; items that are no programme of ours grant nothing here."""
    rows = call.policy.rows("delegated_items", call.today)
    known = {str(row["item_code"]) for row in rows}
    found = [str(row["programme"]) for row in rows if row.get("programme") and row["item_code"] in letter.items]
    return list(dict.fromkeys([*found, *(str(item) for item in letter.items if item not in known)]))


def fitting_seal(call: RecordCall, code: str) -> Seal | None:
    """Return the town's seal in use for an item."""
    return next((each for each in seals_of_town(call) if code in each.items), None)


def seal_lack(call: RecordCall, code: str) -> str:
    """Return why no seal may be used for an item today, by name; '' when nothing stands against it."""
    label = catalogue(call).get(code, "")
    if not label:
        return f"事项{code or '（没有编号）'}不在委托目录内"
    item = f"{code} {label}"
    letter = letter_of_town(call)
    if letter is None:
        return "没有有效的放权委托书"
    if code not in letter.items:
        return f"放权委托书{letter.letter_no}没有委托“{item}”"
    seal = fitting_seal(call, code)
    if seal is None:
        return f"没有在用的、可用于“{item}”的委托事项专用章"
    custodian = custodian_of(call, seal)
    if not custodian:
        return f"印章{seal.seal_no}没有登记保管人"
    if all(post.person != custodian or post.post != "chief_rep" for post in staff_of_town(call)):
        return f"印章{seal.seal_no}的保管人不是在任的首席代表"
    return ""
