"""``jiuzhu contest``: signatures that a colleague entered from paper, denied, settled, given again."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import contests, identity, signatures, signing_again


@click.group()
def contest() -> None:
    """Deny, settle and give again signatures that were entered from paper."""


@contest.command("mine")
@show.as_option
@show.json_option
def mine(login: str, as_json: bool) -> None:
    """List what others entered in one's name."""
    office = show.open_office()
    found = signatures.recorded_for(office, identity.actor_of(office, login))
    if as_json:
        show.print_json(found)
        return
    rows = ({**vars(one), "again": "待补签" if one.to_sign_again else ""} for one in found)
    columns = {
        "id": "编号",
        "case_no": "案号",
        "sentence": "签字",
        "at": "时间",
        "receipt_no": "回执",
        "again": "办理",
    }
    show.print_rows(columns, rows, empty="没有别人替你录入的签字。")


@contest.command("deny")
@click.argument("signature_id")
@show.as_option
@click.option("--reason", required=True, help="Why the signature is not one's own.")
def deny(signature_id: str, login: str, reason: str) -> None:
    """Deny a signature entered in one's name; prints the receipt."""
    office = show.open_office()
    click.echo(contests.contest(office, identity.actor_of(office, login), signature_id, reason))


@contest.command("list")
@show.as_option
@click.option("--settled", is_flag=True, help="Those that were settled.")
@show.json_option
def list_(login: str, settled: bool, as_json: bool) -> None:
    """List the denied signatures that a person may settle."""
    office = show.open_office()
    found = contests.list_contests(office, identity.actor_of(office, login), is_open=not settled)
    if as_json:
        show.print_json(found)
        return
    columns = {
        "receipt_no": "回执",
        "item_name": "环节",
        "signer_name": "签字人",
        "recorder_name": "录入人",
        "reason": "不认可的原因",
        "resolution": "处理",
        "to_do": "还要办理",
    }
    show.print_rows(columns, (vars(one) for one in found), empty="没有签字异议。")


@contest.command("settle")
@click.argument("receipt_no")
@show.as_option
@click.option("--genuine/--void", "genuine", required=True, help="The signature is genuine, or it is not.")
@click.option("--note", required=True, help="What was found.")
def settle(receipt_no: str, login: str, genuine: bool, note: str) -> None:
    """Settle a denied signature."""
    office = show.open_office()
    contests.resolve(office, identity.actor_of(office, login), receipt_no, genuine=genuine, note=note)
    click.echo(f"签字异议 {receipt_no} 已处理。")


@contest.command("sign")
@click.argument("receipt_no")
@show.as_option
def sign(receipt_no: str, login: str) -> None:
    """Give by login the signature that was found not to be genuine."""
    office = show.open_office()
    signing_again.sign_again(office, identity.actor_of(office, login), receipt_no)
    click.echo("已补签，印有这个签字的文书已重新制作。")
