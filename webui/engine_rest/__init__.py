"""The Camunda 7 REST door: what Camunda Modeler's connection check and Deploy button need.

Credentials come by header only (Basic or Bearer), never by cookie, so that no page of another site can use them.
Start reading at ``deployment.py``; formats are in ``wire.py``.
"""

from webui.engine_rest.door import create_door
from webui.engine_rest.webapps import create_links

__all__ = ["create_door", "create_links"]
