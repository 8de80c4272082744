"""The head bar: who sits here, at which organisation, and what the person's roles may open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import g

from jiuzhu.service import (
    alerts,
    dossiers,
    inbox,
    payments,
    poverty_lists,
    refusals,
    releasing,
    reports,
    samples,
    schedule_view,
    sitting_view,
    takeover,
    transfers,
)
from jiuzhu.service.forms import ports_of
from webui.office import current_actor, current_office, may


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the main navigation."""

    name: str
    endpoint: str
    icon: str
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the head bar shows of a person."""

    name: str
    post: str
    navigation: Sequence[Entry]


def desk() -> Desk:
    """Return the desk of who is logged in; asked once a request, however many templates are drawn."""
    if "desk" not in g:
        g.desk = _desk()
    found: Desk = g.desk
    return found


def _oversees(roles: Iterable[str]) -> bool:
    """Return whether somebody reads a town or a district: only they have a window to look at."""
    known = current_office().roles.by_id
    return any(known[role].level in {"town", "district"} and known[role].may("read") for role in roles if role in known)


def _desk() -> Desk:
    office, actor = current_office(), current_actor()
    counts = inbox.list_items(office, actor, limit=1).counts
    entries = [
        Entry(name="待办", endpoint="inbox.show", icon="inbox", count=counts.mine),
        Entry(name="案件", endpoint="cases.listing", icon="folder2-open"),
        Entry(name="救助对象", endpoint="recipient_book.listing", icon="people-fill"),
        Entry(name="公示", endpoint="notices.listing", icon="megaphone"),
        Entry(name="汇总单", endpoint="sheets.listing", icon="file-earmark-text"),
        Entry(name="登记簿", endpoint="registers.listing", icon="journal-text"),
        Entry(name="权限", endpoint="authority.show", icon="patch-check"),
    ]
    if _oversees(actor.roles):
        entries.insert(2, Entry(name="窗口", endpoint="window.show", icon="chat-left-text"))
    if alerts.concerns(office, actor):
        unseen = alerts.count_unseen(office, actor)
        entries.insert(1, Entry(name="提醒", endpoint="alerts.listing", icon="alarm-fill", count=unseen))
    if payments.concerns(actor):
        entries.append(Entry(name="发放", endpoint="payments.listing", icon="list-ol"))
    if transfers.concerns(actor):
        entries.append(Entry(name="传送", endpoint="payments.log", icon="download"))
    if reports.concerns(office, actor):
        entries.append(Entry(name="报表", endpoint="reports.listing", icon="list-ol"))
    if samples.concerns(office, actor):
        entries.append(Entry(name="抽查", endpoint="samples.listing", icon="shield-lock"))
    if schedule_view.concerns(office, actor):
        entries.append(Entry(name="复核", endpoint="campaigns.listing", icon="clipboard-check"))
        entries.append(Entry(name="日程", endpoint="schedules.listing", icon="calendar3"))
    if dossiers.concerns(office, actor):
        entries.append(Entry(name="档案", endpoint="dossiers.listing", icon="folder2-open"))
    if takeover.concerns(office, actor):
        entries.append(Entry(name="导入", endpoint="imports.listing", icon="download"))
    if poverty_lists.may_import(office, actor):
        entries.append(Entry(name="扶贫名单", endpoint="poverty_list.show", icon="list-ol"))
    if may("deploy") or may("administer") or may("oversee"):
        entries.append(Entry(name="参数", endpoint="policy.show", icon="info-circle-fill"))
    if sitting_view.concerns(office, actor):
        entries.append(Entry(name="会议", endpoint="sittings.listing", icon="people-fill"))
    if may("resolve"):
        entries.append(Entry(name="签字异议", endpoint="contests.listing", icon="pen"))
    if may("deploy") or may("release"):
        waiting = releasing.count_waiting(office, actor)
        entries.append(Entry(name="流程", endpoint="processes.listing", icon="diagram-3", count=waiting))
    if may("operate"):
        entries.append(Entry(name="故障", endpoint="incidents.listing", icon="exclamation-triangle-fill"))
    if refusals.concerns(office, actor):
        entries.append(Entry(name="拒绝记录", endpoint="refusals.listing", icon="shield-lock"))
    return Desk(name=actor.name, post=ports_of(office, actor).actor.post, navigation=entries)
