"""Files for a throw-away office: the rest as it is deployed, and the ones under trial on top of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiuzhu.engine.catalogue import parse_resources
from jiuzhu.engine.findings import Finding
from jiuzhu.errors import DeploymentRefused, Invalid
from jiuzhu.service import deployment
from jiuzhu.service.office import Office, system_actor

FLOW_RULES = ("flow.", "tokens.")
"""What a trial shows by walking: such an error does not keep a diagram from being tried."""


def is_of_flow(finding: Finding) -> bool:
    """True for a fault of the flow itself: a dead end, a loop without a way out, a join that waits for ever."""
    return finding.rule.startswith(FLOW_RULES)


def lay_out(office: Office, resources: Mapping[str, bytes]) -> None:
    """Deploy the rest without checking it again: it is deployed elsewhere."""
    deployment.store_unchecked(office, system_actor(), "rest", resources)


def lay_on_top(office: Office, resources: Mapping[str, bytes]) -> Sequence[Finding]:
    """Deploy the files under trial; returns what the checker says of them.

    Raises DeploymentRefused for what cannot run at all; faults of the flow are walked into all the same.
    """
    findings = deployment.check(office, resources)
    blocking = [one for one in findings if one.severity == "error" and not is_of_flow(one)]
    if blocking:
        raise DeploymentRefused(findings)
    deployment.store_unchecked(office, system_actor(), "trial", resources)
    return findings


def process_key(resources: Mapping[str, bytes]) -> str:
    """Return the process under trial: that of the first diagram. Raises Invalid, DeploymentRefused."""
    name = next((one for one in resources if one.endswith(".bpmn")), None)
    if name is None:
        raise Invalid("没有流程图：试走要有一个 .bpmn 文件。", {"file": "请选 .bpmn 文件。"})
    return next(iter(parse_resources({name: resources[name]}).processes))
