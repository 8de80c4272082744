"""A worker made with pycamunda: does with each task what PLAN says of its case."""

from __future__ import annotations

import json
import os
from typing import Any

import pycamunda.externaltask

PLAN, TOPIC, URL = json.loads(os.environ["PLAN"]), os.environ["TOPIC"], os.environ["ENGINE_REST"]
ME = "pycamunda"
SEEN: dict[str, int] = {}


def sent(request: Any) -> Any:
    """Send a request with the worker's credentials."""
    request.auth = (os.environ["WORKER"], os.environ["PASSWORD"])
    return request()


while True:
    fetch = pycamunda.externaltask.FetchAndLock(URL, worker_id=ME, max_tasks=10, async_response_timeout=5000)
    fetch.add_topic(name=TOPIC, lock_duration=20000)
    for job in sent(fetch):
        what = PLAN[job.business_key]
        SEEN[job.id_] = SEEN.get(job.id_, 0) + 1
        if what == "fail" or (what == "retry" and SEEN[job.id_] == 1):
            left = 1 if what == "retry" else 0
            request = pycamunda.externaltask.HandleFailure(
                URL, job.id_, ME, "pycamunda: 没有应答", "第一行", retries=left, retry_timeout=0
            )
        elif what == "error":
            request = pycamunda.externaltask.HandleBPMNError(URL, job.id_, ME, "NOT_FOUND", "pycamunda: 查无此人")
        else:
            sent(pycamunda.externaltask.ExtendLock(URL, job.id_, 30000, ME))
            request = pycamunda.externaltask.Complete(URL, job.id_, ME)
            request.add_variable("typed_text", "pycamunda", type_="String")
            request.add_variable("typed_whole", 42, type_="Integer")
            request.add_variable("typed_yes", True, type_="Boolean")
            request.add_variable("typed_json", '{"a":[1,2]}', type_="Json")
        sent(request)
        print(what, SEEN[job.id_], flush=True)
