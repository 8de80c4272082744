"""Single cells of a list that is taken over: read, or blamed in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jiuzhu.domain import takeover_columns as columns
from jiuzhu.domain.instants import add_months
from jiuzhu.domain.money import yuan
from jiuzhu.domain.takeover_list import Checked, Ground
from jiuzhu.errors import Invalid

LOST = "号码是按数字保存的，末几位已经丢失；请把这一列设成文本格式，重新填写"
LONGEST_REVIEW_MONTHS = 36
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?(?:[-/.]?\d{1,2}日?)?")
_DOSSIER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔〕（）()\-]{1,40}")


def plain(found: Checked, row: int, column: columns.Column, cell: str) -> None:
    """Blame a cell that is empty, too long or no known word."""
    if column.required and not cell:
        found.blame(row, column.key, "必填")
    elif len(cell) > column.longest:
        found.blame(row, column.key, f"最多{column.longest}个字")
    elif cell and column.words and cell not in column.words:
        found.blame(row, column.key, f"应为{'、'.join(dict.fromkeys(column.words))}之一")


def lost(found: Checked, row: int, key: str, cell: str) -> bool:
    """Blame a number that a spreadsheet has rounded; True for one."""
    lost = re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", cell) is not None
    if lost:
        found.blame(row, key, LOST)
    return lost


def read(found: Checked, row: int, key: str, read: Callable[[], Any]) -> Any:
    """Return what a reader makes of a cell; what it refuses is a fault, and None."""
    try:
        return read()
    except Invalid as error:
        found.blame(row, key, error.sentence.rstrip("。"))
        return None


def known(found: Checked, row: int, key: str, cell: str, known: Mapping[str, str], sentence: str) -> str:
    """Return the id or code of a cell's word, '' for an unknown one."""
    if cell and cell not in known:
        found.blame(row, key, f"{sentence}：{cell}")
    return known.get(cell, "")


def programme(found: Checked, row: int, cell: str, ground: Ground) -> str:
    """Return the programme that the district pays monthly."""
    if cell and cell in ground.elsewhere:
        found.blame(row, "programme", f"本区不按月办理“{cell}”，不能导入")
        return ""
    return known(found, row, "programme", cell, ground.programmes, "没有这个救助项目")


def amount(found: Checked, row: int, cell: str, programme: str) -> Decimal:
    """Return the amount a month of the household."""
    if not cell:
        return Decimal(0)
    amount = read(found, row, "amount_monthly", lambda: yuan(cell))
    if amount is None:
        return Decimal(0)
    if amount < 0 or (amount == 0 and programme != "low_income"):
        found.blame(row, "amount_monthly", "金额应大于零")
    return Decimal(amount)


def month(found: Checked, row: int, key: str, cell: str) -> str:
    """Return a month as YYYY-MM, '' for none."""
    if not cell:
        return ""
    parts = _MONTH.fullmatch(cell)
    if parts is None or not 1 <= int(parts[2]) <= 12 or int(parts[1]) < 1990:
        found.blame(row, key, "不是月份，应如 2021-03")
        return ""
    return f"{parts[1]}-{int(parts[2]):02d}"


def months(found: Checked, row: int, since: str, paid: str, state: str, ground: Ground) -> None:
    """Blame months that lie in the future, before the first one, or too far back."""
    now = f"{ground.today:%Y-%m}"
    if since > now:
        found.blame(row, "since", "晚于本月")
    if paid > now:
        found.blame(row, "paid_through", "晚于本月；还没有发放的月份不能填")
    elif paid < since:
        found.blame(row, "paid_through", "早于起始月份")
    else:
        oldest = f"{add_months(ground.today.replace(day=1), -ground.arrears_months):%Y-%m}"
        if state == "active" and paid < oldest:
            found.blame(row, "paid_through", f"在享的家庭应已发放到 {oldest} 以后，请先核实中间月份")


def review_months(found: Checked, row: int, cell: str, ground: Ground) -> int:
    """Return how often the household is reviewed."""
    if not cell:
        return ground.review_months
    if not re.fullmatch(r"[0-9]{1,2}", cell) or not 1 <= int(cell) <= LONGEST_REVIEW_MONTHS:
        found.blame(row, "review_months", f"应为1至{LONGEST_REVIEW_MONTHS}的整数")
        return ground.review_months
    return int(cell)


def next_review(found: Checked, row: int, cell: str, since: str, ground: Ground) -> date | None:
    """Return the day of the next review."""
    if not cell:
        return None
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        found.blame(row, "next_review", "不是日期，应如 2026-12-31")
        return None
    if since and f"{day:%Y-%m}" < since:
        found.blame(row, "next_review", "早于起始月份")
    elif day > add_months(ground.today, LONGEST_REVIEW_MONTHS):
        found.blame(row, "next_review", f"晚于今后{LONGEST_REVIEW_MONTHS}个月")
    return day


def authorized_on(found: Checked, row: int, cell: str, ground: Ground) -> date | None:
    """Return the day on which a person signed the authorisation that is on file."""
    if not cell:
        return None
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        found.blame(row, "authorized_on", "不是日期，应如 2026-03-01")
        return None
    if day > ground.today:
        found.blame(row, "authorized_on", "晚于今天；还没有签署的授权书不能填")
    return day


def dossier(found: Checked, row: int, cell: str, ground: Ground) -> None:
    """Blame a dossier number that is none, or looks like a case number."""
    if cell and not _DOSSIER.fullmatch(cell):
        found.blame(row, "dossier_no", "只能有汉字、字母、数字、括号和短横")
    elif cell and re.match(ground.number_form, cell):
        found.blame(row, "dossier_no", "与案件编号的形式相同，会混淆；请按档案的编号填写")


def following(month: str) -> str:
    """Return the month after a month, YYYY-MM."""
    return f"{add_months(date.fromisoformat(f'{month}-01'), 1):%Y-%m}"
