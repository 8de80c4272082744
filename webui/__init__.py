"""The browser's door: Flask pages over ``jiuzhu.service``.

Every page does three things: parse the request, call one service function, render. Who is at the door stands in
``sessions``, forged posts are refused in ``csrf``, the error tree becomes pages in ``errors``, and ``pages/`` holds
one module per subject. Task and start forms are drawn by ``forms`` from the deployed schema. May import
``jiuzhu.service``, ``jiuzhu.domain``, ``jiuzhu.errors`` and the types of ``jiuzhu.bootstrap``; never engine or store.
Start reading at ``app.create_app``.
"""

from webui.app import create_app

__all__ = ["create_app"]
