"""A worker made with camunda-external-task-client-python3: does with each task what PLAN says of its case."""

from __future__ import annotations

import json
import os
from typing import Any

from camunda.external_task.external_task_worker import ExternalTaskWorker

PLAN = json.loads(os.environ["PLAN"])
SEEN: dict[str, int] = {}


def act(task: Any) -> Any:
    """Complete, fail, retry or report an error."""
    what, number = PLAN[task.get_business_key()], task.get_task_id()
    SEEN[number] = SEEN.get(number, 0) + 1
    print(what, SEEN[number], flush=True)
    if what == "fail" or (what == "retry" and SEEN[number] == 1):
        return task.failure("py3: 没有应答", "第一行", 1 if what == "retry" else 0, 0)
    if what == "error":
        return task.bpmn_error("NOT_FOUND", "py3: 查无此人", {"typed_text": "py3"})
    found = {"typed_text": "py3", "typed_whole": 42, "typed_yes": True, "typed_json": {"a": [1, 2]}}
    return task.complete(found)


ExternalTaskWorker(
    worker_id="py3",
    base_url=os.environ["ENGINE_REST"],
    config={
        "auth_basic": {"username": os.environ["WORKER"], "password": os.environ["PASSWORD"]},
        "maxTasks": 1,
        "lockDuration": 20000,
        "asyncResponseTimeout": 5000,
        "retries": 1,
        "retryTimeout": 0,
        "sleepSeconds": 1,
    },
).subscribe([os.environ["TOPIC"]], act)
