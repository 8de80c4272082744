"""Monthly payment: batches by payer and month, one batch with its lines, the bank's file out and its answer in."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from jiuzhu.errors import Conflict, Invalid
from jiuzhu.service import payments, transfers, workbooks
from webui.downloads import named
from webui.office import current_actor, current_office

pages = Blueprint("payments", __name__)


@pages.get("/payments")
def listing() -> str:
    """List the batches within reach, of everything or of one month."""
    office, actor = current_office(), current_actor()
    month = request.args.get("month", "")[:7]
    batches = payments.list_batches(office, actor, month=month)
    return render_template(
        "payments.html",
        batches=batches,
        month=month,
        on_time=payments.on_time(office, actor, month) if month else None,
    )


@pages.get("/payments/file")
def save() -> Response:
    """Hand out the file of a batch for the bank, as CSV or XLSX."""
    number, kind = request.args.get("batch", "")[:80], request.args.get("as", "csv")
    table = payments.bank_file(current_office(), current_actor(), number)
    if kind == "xlsx":
        data = workbooks.write_workbook("代发明细", table[0], ["text"] * len(table[0]), table[1:])
        response = Response(data, mimetype=workbooks.TYPE)
    else:
        kind, response = "csv", Response(payments.as_csv(table), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = named(f"代发{number}.{kind}")
    return response


@pages.get("/payments/<path:number>")
def show(number: str) -> str:
    """Show one batch."""
    return _draw(number)


@pages.post("/payments/<path:number>")
def take(number: str) -> AnyResponse | tuple[str, int]:
    """Import the bank's answer, or say what is wrong with it."""
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    try:
        done = payments.import_result(current_office(), current_actor(), number, data)
    except Invalid as error:
        return _draw(number, refused=error.sentence, faults=list(error.faults.items())), 422
    except Conflict as error:
        return _draw(number, refused=error.sentence), 422
    said = "这份回盘已经登记过" if done.already_done else "已登记回盘"
    flash(f"{said}：到账 {done.paid} 笔，失败 {done.failed} 笔。", "ok")
    return redirect(url_for("payments.show", number=number), 303)


@pages.get("/transfers")
def log() -> str:
    """Show what was sent to other systems, what is stuck, and on whom they are behind."""
    target = request.args.get("target", "")
    target = target if target in transfers.TARGETS else ""
    page = transfers.show_transfers(current_office(), current_actor(), target=target)
    return render_template("transfers.html", page=page, target=target, targets=transfers.TARGETS)


@pages.post("/transfers")
def again() -> AnyResponse:
    """Try a stuck transfer again."""
    transfers.retry(current_office(), current_actor(), request.form.get("task", "")[:80])
    flash("已重新传送。", "ok")
    return redirect(url_for("payments.log"), 303)


def _draw(number: str, *, refused: str = "", faults: list[tuple[str, str]] | None = None) -> str:
    page = payments.show_batch(current_office(), current_actor(), number)
    lines = [("file", f"{where}：{said}" if where != "file" else said) for where, said in faults or ()]
    return render_template("payment.html", page=page, refused=refused, faults=lines)
