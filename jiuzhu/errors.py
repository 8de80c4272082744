"""The one exception tree; imports nothing.

Two axes only. *Refused*: the citizen or the clerk can act on it, and the Chinese ``sentence`` says how.
*Failed*: operations must act (an incident, a misconfiguration, a broken store).
Classes carry attributes (ids, values), the sentence is made in the class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class JiuzhuError(Exception):
    """Root of everything this project raises on purpose."""


class Refused(JiuzhuError):
    """The person can act: ``sentence`` is shown to them as it stands (Chinese)."""

    sentence: str

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Refused):
    """No such thing, or not visible to this person (the two are not told apart)."""


class OutOfReach(NotFound):
    """It is there, but not for this person: told as if it were not, and logged as a refusal."""

    rule = "R-16"


class Forbidden(Refused):
    """The person lacks the role, is recused, or a separation of duties forbids it.

    ``rule`` is the id of the rule in ``config/rules.csv`` that keeps them out.
    """

    def __init__(self, sentence: str, *, rule: str = "R-25") -> None:
        super().__init__(sentence)
        self.rule = rule


class Conflict(Refused):
    """Somebody else was first, or the thing has moved on."""


class AlreadyTaken(Conflict):
    """The work item was claimed by another person."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"这件工作已由{holder}领取。")
        self.holder = holder


class Overtaken(Conflict):
    """Another click on the same case was faster; the use case is repeated inside, people see this only in the end."""

    def __init__(self) -> None:
        super().__init__("这件案子刚刚被别人办理，请刷新后再试。")


class RolledBack(Refused):
    """Something of ours failed inside a click: nothing was changed, and the person may try again or ask for help.

    The cause is chained and logged; ``element_name`` is the step that failed, as the person knows it.
    """

    def __init__(self, element_name: str = "") -> None:
        where = f"“{element_name}”没有办成，" if element_name else "这次操作没有办成，"
        super().__init__(f"{where}已全部撤回，什么都没有改变。请稍后再试；再不行请联系系统管理员。")
        self.element_name = element_name


class Invalid(Refused):
    """Input is wrong: ``faults`` maps a field path (``members[1].name``) to a Chinese sentence."""

    def __init__(self, sentence: str, faults: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.faults: dict[str, str] = dict(faults or {})

    @property
    def with_faults(self) -> str:
        """The sentence with every fault behind it, for doors that have one line to say it in."""
        told = "；".join(f"{path}：{fault}" for path, fault in self.faults.items())
        return f"{self.sentence} {told}".rstrip()


class DeploymentRefused(Invalid):
    """A deployment has errors; nothing was deployed. ``findings`` are ``jiuzhu.engine.lint.Finding``."""

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__("流程文件有错误，没有部署任何内容。")
        self.findings = tuple(findings)

    def __str__(self) -> str:
        """Name the first errors, for logs and the command line."""
        first = [f"{getattr(one, 'element_id', '')}: {getattr(one, 'message', one)}" for one in self.findings[:3]]
        return f"{self.sentence} {'; '.join(first)}"


class Failed(JiuzhuError):
    """Operations must act."""


class ConfigurationError(Failed):
    """A setting is missing, unknown or forbidden; raised at start, never later."""


class StoreUnreachable(Failed):
    """The database cannot be opened: it is down, elsewhere, or the file is none."""


class ProcessError(Failed):
    """The engine could not go on at an element: becomes an incident, or rolls the click back."""

    def __init__(self, message: str, *, element_id: str = "", process_key: str = "", code: str = "") -> None:
        super().__init__(message)
        self.element_id = element_id
        self.process_key = process_key
        self.code = code


class UncaughtBpmnError(ProcessError):
    """A BPMN error reached the top of the case with nobody catching it."""


class ExpressionError(ProcessError):
    """A ``${...}`` expression is refused at parse or has no value at run time."""


class DecisionError(Failed):
    """A decision table or FEEL text is refused, or has no lawful result (for example two UNIQUE hits)."""


class WorkerError(Failed):
    """A worker could not act. ``permanent`` says that trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class BpmnError(JiuzhuError):
    """A worker's business error, caught by a boundary event of the diagram (not a failure)."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
