"""``jiuzhu payment``: monthly batches, the bank's file and its answer, transfers to other systems, as the pages do."""

from __future__ import annotations

from pathlib import Path

import click

from jiuzhu.cli import show
from jiuzhu.service import identity, payments, transfers


@click.group()
def payment() -> None:
    """Monthly payment: batches by payer and month, the bank's file out and its answer in."""


@payment.command("list")
@show.as_option
@click.option("--month", default="", metavar="YYYY-MM")
@show.json_option
def list_(login: str, month: str, as_json: bool) -> None:
    """List the batches within a person's reach."""
    office = show.open_office()
    found = payments.list_batches(office, identity.actor_of(office, login), month=month)
    if as_json:
        show.print_json(found)
        return
    columns = {"batch_no": "批次", "month": "月份", "payer": "发放单位", "programme": "类别", "state": "状态"}
    columns |= {"count": "笔数", "total": "金额", "excluded_count": "剔除", "failed_count": "失败", "due_at": "期限"}
    rows = ({**vars(one.row), "payer": one.payer_name, "programme": one.programme, "state": one.state} for one in found)
    show.print_rows(columns, rows, empty="没有发放批次。")


@payment.command("show")
@click.argument("batch_no")
@show.as_option
@show.json_option
def show_(batch_no: str, login: str, as_json: bool) -> None:
    """Show the lines and differences of batch BATCH_NO."""
    office = show.open_office()
    page = payments.show_batch(office, identity.actor_of(office, login), batch_no)
    if as_json:
        show.print_json(page)
        return
    row = page.batch.row
    click.echo(
        f"{row.month} {page.batch.programme} {page.batch.payer_name}  {page.batch.state}  {row.count}笔  {row.total}元"
    )
    for one in page.differences:
        click.echo(f"差异 {one['recipient_no']} {one['kind']}：{one['sentence']}")
    columns = {"recipient_no": "对象编号", "name": "姓名", "month": "月份", "amount": "金额", "account": "账户"}
    show.print_rows({**columns, "state": "状态", "note": "备注"}, page.lines, empty="清单是空的。")


@payment.command("file")
@click.argument("batch_no")
@show.as_option
def file_(batch_no: str, login: str) -> None:
    """Print the CSV of batch BATCH_NO for the bank."""
    office = show.open_office()
    click.echo(payments.as_csv(payments.bank_file(office, identity.actor_of(office, login), batch_no)), nl=False)


@payment.command("import-result")
@click.argument("batch_no")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@show.as_option
@show.json_option
def import_result(batch_no: str, file: Path, login: str, as_json: bool) -> None:
    """Enter the bank's answer (CSV or XLSX) for batch BATCH_NO."""
    office = show.open_office()
    done = payments.import_result(office, identity.actor_of(office, login), batch_no, file.read_bytes())
    if as_json:
        show.print_json(done)
        return
    said = "这份回盘已经登记过" if done.already_done else "已登记回盘"
    click.echo(f"{said}：到账 {done.paid} 笔，失败 {done.failed} 笔。")


@payment.command("transfers")
@show.as_option
@click.option("--retry", "task", default="", metavar="TASK", help="Try a stuck transfer again.")
@show.json_option
def transfers_(login: str, task: str, as_json: bool) -> None:
    """Show what was sent to other systems, what is stuck, and on whom they are behind."""
    office = show.open_office()
    actor = identity.actor_of(office, login)
    if task:
        transfers.retry(office, actor, task)
        click.echo("已重新传送。")
        return
    page = transfers.show_transfers(office, actor)
    if as_json:
        show.print_json(page)
        return
    pending = {"task_id": "编号", "case_no": "办件", "name": "事项", "attempt": "已试", "error": "情况"}
    show.print_rows(pending, (vars(one) for one in page.pending), empty="没有停下的传送。")
    gaps = {"recipient_no": "对象编号", "town": "镇（街道）", "sentence": "差异"}
    show.print_rows(gaps, (vars(one) for one in page.gaps), empty="台账与已推送的数据一致。")
    sent = {"record_ref": "记录", "target": "系统", "version": "版本", "state": "状态", "sent_at": "时间"}
    show.print_rows(sent, (vars(one) for one in page.sent), empty="还没有推送过。")
