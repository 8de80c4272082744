"""What ``jiuzhu lint`` and every deployment check, said in the designer's language.

Errors refuse a deployment, warnings are shown. The rules by name stand in ``docs/lint.md``.
"""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.engine.catalogue import Resources, inspect_resources
from jiuzhu.engine.findings import Finding
from jiuzhu.engine.lint_booked import check_booked
from jiuzhu.engine.lint_errors import check_errors
from jiuzhu.engine.lint_forms import check_forms
from jiuzhu.engine.lint_loops import check_loops
from jiuzhu.engine.lint_names import check_names
from jiuzhu.engine.lint_scene import GIVEN, Scene, Surroundings
from jiuzhu.engine.lint_signals import check_messages, check_signals
from jiuzhu.engine.lint_tokens import check_tokens
from jiuzhu.engine.lint_values import check_values


def lint(resources: Mapping[str, bytes], surroundings: Surroundings) -> list[Finding]:
    """Return every finding about a set of files, in order of file and line; never raises for a bad file.

    A file that cannot be read at all, or not completely, gives its reading errors only: checking what was not
    understood would name faults that are none.
    """
    read, findings = inspect_resources(resources)
    broken = {finding.resource for finding in findings if finding.severity == "error"}
    scene = Scene(
        Resources(
            processes={key: file for key, file in read.processes.items() if file.resource not in broken},
            decisions=read.decisions,
            forms=read.forms,
        ),
        surroundings,
    )
    checks = (
        check_names, check_forms, check_values, check_errors, check_signals, check_messages, check_tokens, check_loops,
        check_booked,
    )  # fmt: skip
    for check in checks:
        check(scene)
    findings += scene.findings
    return sorted(findings, key=lambda f: (f.resource, f.line, f.severity, f.rule, f.element_id, f.message))


__all__ = ["GIVEN", "Finding", "Surroundings", "lint"]
