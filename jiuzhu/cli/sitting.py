"""``jiuzhu sitting``: a panel's sittings, as the page does them."""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from jiuzhu.cli import show
from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid
from jiuzhu.service import documents, identity, sitting_minutes, sitting_view, sittings
from jiuzhu.service.office import Office

_data = click.option("--data", metavar="FILE", required=True, help="JSON object (see the command's help); - for stdin.")


@click.group()
def sitting() -> None:
    """Open sittings of a panel over many cases, sign in them, write their minutes."""


@sitting.command("list")
@show.as_option
@show.json_option
def list_(login: str, as_json: bool) -> None:
    """List the sittings of a person's towns and the cases that wait for one."""
    office = show.open_office()
    found = sitting_view.list_sittings(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    show.print_rows(
        {"sitting_no": "会议", "meeting_on": "日期", "town_name": "镇街", "case_count": "件数", "state": "状态"},
        (vars(one) for one in found.sittings),
        empty="没有会议。",
    )
    show.print_rows(
        {"case_no": "待议案号", "applicant_name": "申请人", "programme_label": "类别", "village_name": "村（社区）"},
        (vars(one) for one in found.waiting),
        empty="没有待议的案件。",
    )


@sitting.command("open")
@show.as_option
@_data
@show.json_option
def open_(login: str, data: str, as_json: bool) -> None:
    """Open a sitting.

    Keys: meeting_on, meeting_place, members (list of {person, kind, post}; kind head, deputy, civil or village), cases
    (list of case numbers), size_reason, reasons (case → reason), kept_out (case → {person → reason}).
    """
    office = show.open_office()
    given = _known(show.read_json(data), {"meeting_on", "meeting_place", "members", "cases"}, EXTRA)
    seats = [
        sittings.Seat(
            person=identity.actor_of(office, str(one.get("person", ""))).person_id,
            kind=str(one.get("kind", "")),
            post=str(one.get("post", "")),
        )
        for one in _objects(given, "members")
    ]
    plan = sittings.Plan(
        meeting_on=_day(given["meeting_on"]),
        meeting_place=str(given["meeting_place"]),
        seats=seats,
        case_nos=_texts(given, "cases"),
        size_reason=str(given.get("size_reason") or ""),
    )
    exceptions = _exceptions(office, given)
    number = sittings.open_sitting(office, identity.actor_of(office, login), plan, exceptions)
    show.print_json({"sittingNo": number}) if as_json else click.echo(number)


EXTRA = {"size_reason", "reasons", "kept_out"}


@sitting.command("show")
@click.argument("number")
@show.as_option
@show.json_option
def show_(number: str, login: str, as_json: bool) -> None:
    """Show a sitting: cases, what members said, what is missing."""
    office = show.open_office()
    view = sitting_view.show_sitting(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(view)
        return
    click.echo(f"{view.sitting_no}  {view.meeting_on}  {view.meeting_place}")
    for line in view.lines:
        said = "  ".join(f"{cell.name}：{cell.words}" for cell in line.cells)
        click.echo(f"{line.case_no}  {line.applicant_name}  {line.words}  {said}")


@sitting.command("sign")
@click.argument("number")
@show.as_option
@_data
@click.option("--scan", "files", multiple=True, metavar="FILE", help="Scan of the signed sheet; may be repeated.")
def sign(number: str, login: str, data: str, files: Sequence[str]) -> None:
    """Give opinions on all cases of a sitting with one signature.

    Keys: votes (case → {vote, reason}); for a signature on paper also signer, with the sheet by --scan (or scan, a list
    of attachment ids).
    """
    office = show.open_office()
    actor = identity.actor_of(office, login)
    given = _known(show.read_json(data), {"votes"}, {"signer", "scan"})
    votes = {
        case_no: sittings.Vote(vote=str(one.get("vote", "")), reason=str(one.get("reason", "")))
        for case_no, one in _by_case(given, "votes").items()
    }
    signature: dict[str, Any] = {"way": "login", "confirm": True}
    if given.get("signer"):
        scans = _texts(given, "scan") + [_store(office, actor, Path(file)) for file in files]
        signature = {"way": "paper", "signer": str(given["signer"]), "scan": scans}
    elif given.get("scan") or files:
        raise Invalid("数据不对，请核对。", {"signer": "附上签字页，就要写明是谁在纸上签的字。"})
    done = sittings.sign(office, actor, number, votes, signature)
    click.echo("已经签过，没有重复办理。" if done.already_done else f"已签{len(done.case_nos)}件。")


@sitting.command("convene")
@click.argument("number")
@show.as_option
@_data
def convene(number: str, login: str, data: str) -> None:
    """Take more cases into a sitting, or convene a case anew. Keys: cases, reasons, kept_out (as for open)."""
    office = show.open_office()
    given = _known(show.read_json(data), {"cases"}, EXTRA - {"size_reason"})
    chosen = _texts(given, "cases")
    sittings.convene(office, identity.actor_of(office, login), number, chosen, _exceptions(office, given))
    click.echo(f"{len(chosen)}件已列入会议，等成员签意见。")


@sitting.command("out")
@click.argument("number")
@click.argument("case_no")
@show.as_option
@click.option("--reason", required=True, help="Why the case leaves the sitting.")
def out(number: str, case_no: str, login: str, reason: str) -> None:
    """Take a case out of a sitting: it goes on by itself."""
    office = show.open_office()
    sittings.take_out(office, identity.actor_of(office, login), number, case_no, reason)
    click.echo(f"{case_no} 已撤出本次会议，按单件办理。")


@sitting.command("recuse")
@click.argument("number")
@click.argument("case_no")
@click.argument("member")
@show.as_option
@click.option("--reason", required=True, help="Why the member keeps out.")
def recuse(number: str, case_no: str, member: str, login: str, reason: str) -> None:
    """Enter that another MEMBER (login) keeps out of a case, who may not open it any more."""
    office = show.open_office()
    person = identity.actor_of(office, member).person_id
    sittings.enter_recusal(office, identity.actor_of(office, login), number, case_no, person, reason)
    click.echo("已登记回避。")


@sitting.command("close")
@click.argument("number")
@show.as_option
@_data
def close(number: str, login: str, data: str) -> None:
    """Sign the minutes. Keys: minutes_text, decision_opinion, lines (case → keys of the minutes form)."""
    office = show.open_office()
    given = _known(show.read_json(data), {"minutes_text", "decision_opinion"}, {"lines"})
    minutes = sitting_minutes.Minutes(
        text=str(given["minutes_text"]),
        opinion=str(given["decision_opinion"]),
        confirmed=True,
        lines={
            case_no: {str(key): str(value) for key, value in one.items()}
            for case_no, one in _by_case(given, "lines").items()
        },
    )
    sittings.close(office, identity.actor_of(office, login), number, minutes)
    click.echo("会议纪要已签发。")


@sitting.command("minutes")
@click.argument("number")
@show.as_option
def minutes(number: str, login: str) -> None:
    """Print the signed minutes as HTML."""
    office = show.open_office()
    sys.stdout.write(sitting_view.minutes_paper(office, identity.actor_of(office, login), number)[1] + "\n")


def _known(given: Mapping[str, Any], needed: set[str], more: set[str]) -> Mapping[str, Any]:
    """Refuse missing and unknown keys. Raises Invalid."""
    faults = dict.fromkeys(sorted(needed - set(given)), "没有给出。")
    faults |= dict.fromkeys(sorted(set(given) - needed - more), "没有这一项。")
    if faults:
        raise Invalid("数据不对，请核对。", faults)
    return given


def _exceptions(office: Office, given: Mapping[str, Any]) -> sittings.Exceptions:
    reasons = given.get("reasons") or {}
    if not isinstance(reasons, Mapping):
        raise Invalid("数据不对，请核对。", {"reasons": "应按案号给出。"})
    kept_out = {
        case_no: {identity.actor_of(office, str(person)).person_id: str(why) for person, why in one.items()}
        for case_no, one in _by_case(given, "kept_out").items()
    }
    return sittings.Exceptions(kept_out=kept_out, reasons={str(one): str(why) for one, why in reasons.items()})


def _by_case(given: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """Return an object of objects. Raises Invalid for anything else."""
    found = given.get(key) or {}
    if not isinstance(found, Mapping) or not all(isinstance(one, Mapping) for one in found.values()):
        raise Invalid("数据不对，请核对。", {key: "应按案号给出，每件一组。"})
    return {str(case_no): one for case_no, one in found.items()}


def _objects(given: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = given.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Invalid("数据不对，请核对。", {key: "应是若干组。"})
    return found


def _texts(given: Mapping[str, Any], key: str) -> list[str]:
    found = given.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Invalid("数据不对，请核对。", {key: "应是若干条文字。"})
    return found


def _store(office: Office, actor: Actor, file: Path) -> str:
    mime = mimetypes.guess_type(file.name)[0] or ""
    return documents.store_attachment(office, actor, file.name, mime, file.read_bytes())


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Invalid("数据不对，请核对。", {"meeting_on": "应是日期，例如 2021-09-16。"}) from None
