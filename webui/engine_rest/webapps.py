"""Where Camunda Modeler sends the designer after deploying: its "Open in Camunda Cockpit" link leads to our pages.

The Modeler asks the well-known address on the host's root, without credentials, and appends ``repository?…`` or
``process-instance/<id>`` to ``cockpitUrl``. Nothing here shows anything: the pages ask for the login themselves.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webui.engine_rest import wire

WELL_KNOWN = "/.well-known/camunda-automation-platform/webapps"


def create_links() -> Blueprint:
    """Return the blueprint of the well-known address and of the links made from it."""
    links = Blueprint("webapps", __name__)

    @links.get(WELL_KNOWN)
    def webapps() -> Response:
        response = wire.answer(
            {
                "adminUrl": url_for("processes.listing", _external=True),
                "cockpitUrl": f"{request.host_url}modeler/",
                "tasklistUrl": url_for("inbox.show", _external=True),
            }
        )
        wire.allow_modeler(response)
        return response

    @links.get("/modeler/repository")
    def repository() -> AnyResponse:
        return redirect(url_for("processes.listing"), 303)

    @links.get("/modeler/process-instance/<number>")
    def process_instance(number: str) -> AnyResponse:
        return redirect(url_for("cases.by_instance", number=number), 303)

    return links
