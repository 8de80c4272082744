"""A worker made with operaton-tasks: does with each task what PLAN says of its case."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from typing import Any

from operaton.tasks import external_task_worker, handlers, settings, task
from operaton.tasks.runtime import ExternalTaskComplete, ExternalTaskFailure
from operaton.tasks.types import CompleteExternalTaskDto, ExternalTaskBpmnError, ExternalTaskFailureDto
from operaton.tasks.types import VariableValueDto as Value

PLAN = json.loads(os.environ["PLAN"])
SEEN: dict[str, int] = {}
settings.ENGINE_REST_BASE_URL = os.environ["ENGINE_REST"]
secret = f"{os.environ['WORKER']}:{os.environ['PASSWORD']}"
settings.ENGINE_REST_AUTHORIZATION = "Basic " + base64.b64encode(secret.encode()).decode()


@task(os.environ["TOPIC"])
async def act(job: Any) -> Any:
    """Complete, fail, retry or report an error."""
    what = PLAN[job.businessKey]
    SEEN[job.id] = SEEN.get(job.id, 0) + 1
    print(what, SEEN[job.id], flush=True)
    me = job.workerId
    if what == "fail" or (what == "retry" and SEEN[job.id] == 1):
        left = 1 if what == "retry" else 0
        # Without a pause this client takes the lock off after the failure: its own next one, when the answer is late.
        said = ExternalTaskFailureDto(
            workerId=me, errorMessage="operaton: 没有应答", errorDetails="第一行", retries=left, retryTimeout=500
        )
        return ExternalTaskFailure(task=job, response=said)
    if what == "error":
        report = ExternalTaskBpmnError(workerId=me, errorCode="NOT_FOUND", errorMessage="operaton: 查无此人")
        return ExternalTaskComplete(task=job, response=report)
    found = {
        "typed_text": Value(value="operaton", type="String"),
        "typed_whole": Value(value=42, type="Integer"),
        "typed_yes": Value(value=True, type="Boolean"),
        "typed_json": Value(value='{"a":[1,2]}', type="Json"),
    }
    return ExternalTaskComplete(task=job, response=CompleteExternalTaskDto(workerId=me, variables=found))


asyncio.run(external_task_worker(handlers))
