"""The inbox: mine, to claim, done; claim and release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jiuzhu.service import inbox
from webui.clocks import grouped
from webui.office import clock_of, current_actor, current_office, programmes, query_url
from webui.pages.start import offers

pages = Blueprint("inbox", __name__)

View: TypeAlias = Literal["mine", "group", "done"]
TITLES: dict[str, str] = {"mine": "我的待办", "group": "待领取", "done": "已办"}
TABS: tuple[tuple[View, str], ...] = (("mine", "我的"), ("group", "待领取"), ("done", "已办"))
Due: TypeAlias = Literal["late", "today", "week"]
DUES: tuple[tuple[Due, str], ...] = (("late", "逾期"), ("today", "今天到期及逾期"), ("week", "7 天内到期"))
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; everything can be bookmarked and sent."""

    view: View
    programme: str
    due: Due | None
    text: str
    after: str

    @classmethod
    def of_request(cls) -> Filters:
        """Read the address; unknown values count as not given."""
        asked = request.args.get("view", "mine")
        view: View = next((known for known, _ in TABS if known == asked), "mine")
        due = next((known for known, _ in DUES if known == request.args.get("due")), None)
        return cls(
            view=view,
            programme=request.args.get("programme", "")[:40],
            due=due if view != "done" else None,
            text=request.args.get("q", "").strip()[:60],
            after=request.args.get("after", "")[:200],
        )

    @property
    def narrowed(self) -> bool:
        """True when something other than the tab was asked for."""
        return bool(self.programme or self.due or self.text)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return what the search form must send along."""
        pairs = (("view", self.view), ("programme", self.programme), ("due", self.due or ""))
        return [(name, value) for name, value in pairs if value]

    def href(self, **changes: str) -> str:
        """Return the address with some values changed; paging starts anew."""
        asked = {"view": self.view, "programme": self.programme, "due": self.due or "", "q": self.text, **changes}
        return query_url("inbox.show", asked)


@dataclass(frozen=True, kw_only=True)
class Link:
    """One entry of the side navigation or a tab."""

    name: str
    href: str
    current: bool
    count: int | None = None
    late: bool = False


@pages.get("/")
@pages.get("/inbox")
def show() -> str:
    """List the items of a tab; with htmx only the list."""
    filters = Filters.of_request()
    page = inbox.list_items(
        current_office(),
        current_actor(),
        view=filters.view,
        programme=filters.programme or None,
        due=filters.due,
        text=filters.text or None,
        after=filters.after or None,
        limit=PAGE_SIZE,
    )
    context: dict[str, Any] = {
        "filters": filters,
        "titles": TITLES,
        "groups": rows_of(filters, page),
        "next_href": filters.href(after=page.next) if page.next else "",
        "first_href": filters.href(),
        "page_size": PAGE_SIZE,
        "waiting_count": page.counts.group,
    }
    if request.headers.get("HX-Request"):
        return render_template("_inbox_items.html", **context)
    context |= {
        "tabs": [
            Link(name=name, href=url_for("inbox.show", view=view), current=view == filters.view, count=count)
            for (view, name), count in zip(TABS, (page.counts.mine, page.counts.group, None), strict=True)
        ],
        "sections": sections(filters, page.counts),
        "startable": offers(),
    }
    return render_template("inbox.html", **context)


def rows_of(filters: Filters, page: inbox.InboxPage) -> Sequence[Any]:
    """Return the groups of the list: by due class, or one without a heading for what is done."""
    if filters.view != "done":
        return grouped(page.items, clock_of)
    return [("", "", [(item, None) for item in page.items])] if page.items else []


def sections(filters: Filters, counts: inbox.Counts) -> Sequence[dict[str, Any]]:
    """Return the side navigation; what is done can only be searched by words."""
    if filters.view == "done":
        return []
    by_programme = [Link(name="全部", href=filters.href(programme=""), current=not filters.programme)]
    by_programme += [
        Link(name=name, href=filters.href(programme=key), current=filters.programme == key)
        for key, name in programmes().items()
    ]
    by_due = [Link(name="不限", href=filters.href(due=""), current=filters.due is None)]
    by_due += [
        Link(
            name=name,
            href=filters.href(due=key),
            current=filters.due == key,
            count=counts.late if key == "late" and filters.view == "mine" else None,
            late=key == "late",
        )
        for key, name in DUES
    ]
    return [{"title": "业务", "links": by_programme}, {"title": "时限", "links": by_due}]


@pages.post("/items/<item_id>/claim")
def claim(item_id: str) -> Response:
    """Claim an item and open it, or stay in the list."""
    inbox.claim(current_office(), current_actor(), item_id)
    flash("已领取，可以开始办理。", "ok")
    return redirect(url_for("work.show", item_id=item_id), 303)


@pages.post("/items/<item_id>/release")
def release(item_id: str) -> Response:
    """Give an item back to its group; the draft is kept."""
    inbox.release(current_office(), current_actor(), item_id)
    flash("已退回待领取，同岗位的同事可以领取；你的草稿还在。", "ok")
    return redirect(url_for("inbox.show"), 303)
