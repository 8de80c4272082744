"""The error tree as pages: one place that turns refusals and failures into status, Chinese sentence and a way on.

A refused person reads the exception's own sentence. A failure shows an event number that stands in the log; never a
stack trace.
"""

from __future__ import annotations

import secrets
import traceback
from dataclasses import dataclass

import structlog
from flask import Flask, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from jiuzhu.errors import AlreadyTaken, Conflict, Forbidden, Invalid, NotFound, Refused

log = structlog.get_logger("webui")


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a status looks: short kind above, title, icon and the sentence used when the error brings none."""

    kind: str
    title: str
    icon: str
    sentence: str


FACES: dict[int, Face] = {
    400: Face(
        kind="看不懂的请求",
        title="这次提交没有办成",
        icon="info-circle-fill",
        sentence="请回到上一页，重新填写后再提交。",
    ),
    403: Face(
        kind="无权办理",
        title="这件事你现在不能办",
        icon="shield-lock",
        sentence="你的岗位不能办这件事。如果认为岗位设置有误，请找本单位管理员。",
    ),
    404: Face(
        kind="找不到",
        title="没有找到这一页",
        icon="search",
        sentence="案号可能抄错，或者案件属于别的街镇、你无权查看。",
    ),
    405: Face(
        kind="看不懂的请求",
        title="这次提交没有办成",
        icon="info-circle-fill",
        sentence="请从页面上的按钮办理，不要直接打开这个地址。",
    ),
    409: Face(kind="情况有变化", title="这件事已经有变化", icon="people", sentence="请回到待办看最新情况。"),
    413: Face(
        kind="内容太大",
        title="文件太大，没有收下",
        icon="paperclip",
        sentence="请把照片压缩或分几次上传，每次总共不超过 20 MB。",
    ),
    422: Face(
        kind="需要改正", title="内容有误，没有办理", icon="info-circle-fill", sentence="请回到上一页改正后再提交。"
    ),
    429: Face(
        kind="试得太多", title="请过一会儿再试", icon="hourglass-split", sentence="登录失败次数太多，请过一会儿再试。"
    ),
    500: Face(
        kind="出了问题",
        title="出了问题，这次没有办成",
        icon="exclamation-triangle-fill",
        sentence="办理前的内容没有变化。请再试一次；还不行，请把下面的事件编号告诉管理员。",
    ),
}

STATUS: tuple[tuple[type[Refused], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Refused, 422),
)


def register(app: Flask) -> None:
    """Make the pages of this module answer for everything that a view lets pass."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, refused_by_werkzeug)
    app.register_error_handler(Exception, failed)


def status_of(error: Refused) -> int:
    """Return the HTTP status of a refusal."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def page(
    status: int,
    sentence: str = "",
    *,
    title: str = "",
    faults: list[str] | None = None,
    event: str = "",
    kept: str = "",
) -> tuple[str, int]:
    """Render the page of a status."""
    face = FACES.get(status, FACES[500])
    html = render_template(
        "error.html",
        status=status,
        kind=face.kind,
        title=title or face.title,
        icon=face.icon,
        sentence=sentence or face.sentence,
        faults=faults or [],
        kept=kept,
        event=event,
        ways=ways(status),
    )
    return html, status


def ways(status: int) -> list[tuple[str, str]]:
    """Return what one can do next: always one way on."""
    if request.path.startswith("/public"):
        return [(url_for("notices.listing"), "回到公示")]
    result = [(url_for("inbox.show"), "回到待办")]
    if status not in (403, 404):
        # Only the path: the page before may be another site's.
        came_from = request.referrer or ""
        own = came_from.startswith(request.host_url)
        back = f"/{came_from.removeprefix(request.host_url)}" if own else url_for("cases.listing")
        result.append((back, "回到刚才的页面"))
    return result


def refused(error: Refused, *, kept: str = "") -> tuple[str, int]:
    """Show a refusal with its own sentence; ``kept`` says what happened to what was typed."""
    title = "另一位同事正在办理" if isinstance(error, AlreadyTaken) else ""
    faults = list(error.faults.values()) if isinstance(error, Invalid) else []
    return page(status_of(error), error.sentence, title=title, faults=faults, kept=kept)


def refused_by_werkzeug(error: HTTPException) -> tuple[str, int]:
    """Show what Flask itself refuses: unknown address, wrong method, too large."""
    status = error.code or 500
    if status not in FACES:
        status = 400 if status < 500 else 500
    return page(status)


def failed(error: Exception) -> tuple[str, int]:
    """Log a failure under an event number and show the number."""
    event = secrets.token_hex(4).upper()
    # Without the values of variables: they hold what people typed.
    trace = "".join(traceback.format_exception(error))
    log.error("request failed", event_no=event, path=request.path, method=request.method, trace=trace)
    return page(500, event=event)
