"""``python -m tools.java_client``: Camunda's own Java client, unchanged, as a worker at our REST door.

It completes with a value of every type, reads them all back at the next task, fails, tries again, prolongs its lock and
reports a BPMN error. Needs Java 17 and Maven, so it stands outside `make test`; what it showed is held without Java by
``tests/web/test_typed_values.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jiuzhu.bootstrap import build_office
from jiuzhu.logs import configure_logs
from jiuzhu.service import process_instances
from jiuzhu.service.office import Office
from tests.camunda_door import served
from tests.conftest import PASSWORD, ROOT, prepare, settings_for
from tests.foreign import TOPIC
from tests.foreign_types import READ, WRONG, TypedTry
from tests.quick_databases import quick_databases

CLIENT = ROOT / "tests" / "clients" / "java"
LOG = ROOT / "var" / "java-client.log"
WORKER = "jincheng-external_worker-1"
SECONDS = 120.0


def main() -> int:
    """Run; 0 when the worker did everything and every value came back as it was."""
    configure_logs()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mvn", "-B", "-q", "package"], cwd=CLIENT, check=True)
    with tempfile.TemporaryDirectory() as home, quick_databases():
        office = build_office(settings_for(Path(home)))
        try:
            prepare(office)
            return _tried(office)
        finally:
            office.close()


def _tried(office: Office) -> int:
    attempt = TypedTry(office)
    plan = ",".join(f"{number}={what}" for what, number in attempt.cases.items())
    began = time.monotonic()
    with served(office, threads=4) as (host, port), LOG.open("wb") as log:
        given = {
            "ENGINE_REST": f"http://{host}:{port}/engine-rest", "WORKER": WORKER, "PASSWORD": PASSWORD,
            "WRITE": TOPIC, "READ": READ, "PLAN": plan,
        }  # fmt: skip
        command = ["java", "-cp", "target/java-client-1.jar:target/dependency/*", "jiuzhu.clients.Worker"]
        worker = subprocess.Popen(command, cwd=CLIENT, env={**os.environ, **given}, stdout=log, stderr=log)
        try:
            while not attempt.done and worker.poll() is None and time.monotonic() - began < SECONDS:
                time.sleep(0.2)
        finally:
            worker.terminate()
            worker.wait(20)
    faults = _faults(office, attempt)
    for line in faults:
        print(line)
    print(f"camunda-external-task-client: {len(faults)} faults in {time.monotonic() - began:.1f} s; {LOG}")
    return 1 if faults else 0


def _faults(office: Office, attempt: TypedTry) -> list[str]:
    if not attempt.done:
        return [f"the worker has not done everything: {[(what, attempt.open_at(what)) for what in attempt.cases]}"]
    found = []
    for what in ("complete", "retry"):
        (case,) = process_instances.list_instances(office, attempt.clerk, business_key=attempt.cases[what])
        wrong = process_instances.variables_of(office, attempt.clerk, case.id).get(WRONG)
        found += [f"{what}: {wrong}"] if wrong != "" else []
    said = [one for one in attempt.incidents if "java: 没有应答" in one]
    return found + ([] if len(said) == 1 else [f"incidents: {attempt.incidents}"])


if __name__ == "__main__":
    sys.exit(main())
