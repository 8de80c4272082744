"""Checks of names: topics, groups, forms, decisions, called processes, and what a task must have filled in."""

from __future__ import annotations

from pathlib import PurePosixPath

from jiuzhu.engine.diagram import Level, Node, Process
from jiuzhu.engine.expressions import Template
from jiuzhu.engine.lint_choices import may_stop
from jiuzhu.engine.lint_scene import Scene

KNOWN_PROPERTIES: dict[str, frozenset[str]] = {
    "userTask": frozenset(
        {
            "clock",
            "windowPerson",
            "notConfirmer",
            "notBy",
            "notByRule",
            "notTeam",
            "teamOnly",
            "teamLeaderOnly",
            "distinct",
            "panelOnly",
            "notHandler",
            "inspectorOnly",
            "authority",
            "bound",
        }
    ),
    "event": frozenset({"correlation", "entryForm", "entryGroups", "entryLabel"}),
}
"""Properties that mean something; on service tasks they belong to the topic."""


def check_names(scene: Scene) -> None:
    """Check every name that the files under check use."""
    for file in scene.checked.values():
        process = file.diagram
        stem = PurePosixPath(process.resource).name.removesuffix(".bpmn")
        if stem != process.key:
            message = f"文件名“{stem}”与流程标识“{process.key}”不同。"
            scene.note(process, None, "process.filename", message, "请把文件名改成流程标识。", severity="warning")
        if not process.has_history_ttl:
            message = "没有填写 History time to live；这里照办，Camunda 7 会拒收。"
            scene.note(process, None, "process.history", message, "请填写 P3650D。", severity="warning")
        if not process.version_tag:
            message = "没有填写版本标签。"
            scene.note(process, None, "process.version", message, "请填写 Version tag，例如 1.0。", severity="warning")
        for role in process.starter_groups:
            _role(scene, process, None, role)
        if file.start_form:
            _form(scene, process, process.level.nodes.get(process.level.start), file.start_form)
    for process, level, node in scene.nodes():
        _gateway(scene, process, level, node)
        if node.work is not None:
            _user(scene, process, node)
        if node.topic:
            _topic(scene, process, node)
        if node.rule is not None and node.rule.decision not in scene.decisions:
            message = f"没有决策“{node.rule.decision}”。"
            scene.note(process, node, "rule.unknown", message, "请部署这张 DMN 表，或改正 Decision reference。")
        if node.call is not None and node.call.called.is_literal and node.call.called.text not in scene.processes:
            message = f"没有流程“{node.call.called.text}”。"
            scene.note(process, node, "call.unknown", message, "请一起部署这个流程，或改正 Called element。")
        if node.call is not None and not node.call.called.is_literal:
            message = "被调用流程写成了表达式；案件启动时固定的版本里不会有它。"
            scene.note(process, node, "call.dynamic", message, "请填写固定的流程标识，用网关选择。")
        if node.multi is not None and not node.multi.has_bound:
            message = "多实例没有填写上限。"
            scene.note(process, node, "multi.bound", message, "请填写扩展属性 bound（最多 50）。")
        _properties(scene, process, node)
        _message(scene, process, node)


def _gateway(scene: Scene, process: Process, level: Level, node: Node) -> None:
    if node.type in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1 and not node.default:
        message = "网关没有默认连线；条件都不成立时案件会停在这里。"
        scene.note(process, node, "gateway.default", message, "请把一条出线设为默认连线（Default flow）。")
    if node.type.endswith("Gateway"):
        return
    free = [each for each in node.outgoing if level.flows[each].condition is None and each != node.default]
    if len(free) > 1:
        message = f"有 {len(free)} 条没有条件的出线：不经网关直接分支，会同时走。"
        remedy = "若只该走一条，请用排他网关；若就是要同时走，画并行网关更清楚。"
        scene.note(process, node, "flow.split", message, remedy, severity="warning")
    if may_stop(level, node):
        message = "出线的条件可能都不成立，又没有默认连线；那时案件会停在这里。"
        remedy = "请把一条出线设为默认连线。" if node.is_activity else "请在后面加一个排他网关，设默认连线。"
        scene.note(process, node, "gateway.default", message, remedy)


def _user(scene: Scene, process: Process, node: Node) -> None:
    work = node.work
    if work is None:
        return
    if work.groups is None and work.users is None and work.assignee is None:
        scene.note(process, node, "user.group", "没有填写候选组，没有人能领取。", "请填写 Candidate groups。")
    if not work.form:
        scene.note(process, node, "user.form", "没有填写表单。", "请填写 Form reference。")
    else:
        _form(scene, process, node, work.form)
    if work.due is None:
        scene.note(process, node, "user.due", "没有填写办理期限。", "请填写 Due date，例如 ${due_simple}。")
    if work.groups is not None:
        _groups(scene, process, node, work.groups)


def _form(scene: Scene, process: Process, node: Node | None, form_id: str) -> None:
    form = scene.forms.get(form_id)
    if form is None:
        message = f"没有表单“{form_id}”。"
        scene.note(process, node, "form.unknown", message, "请一起部署这张表单，或改正 Form reference。")
        return
    for text in form.groups:
        for group in text.split(","):
            _group(scene, process, node, group.strip())


def _groups(scene: Scene, process: Process, node: Node, template: Template) -> None:
    for group in template.text.split(","):
        _group(scene, process, node, group.strip())


def _group(scene: Scene, process: Process, node: Node | None, group: str) -> None:
    if not group or (group.startswith("${") and group.endswith("}") and "@" not in group):
        # The whole group comes from a variable: where it is set, the text is checked.
        return
    role, at, organisation = group.partition("@")
    if not at or not organisation:
        message = f"组“{group}”没有写明单位。"
        scene.note(process, node, "group.form", message, "请写成 角色@单位，例如 town_review@${town}。")
        return
    if "${" not in role:
        _role(scene, process, node, role)


def _role(scene: Scene, process: Process, node: Node | None, role: str) -> None:
    if scene.around.roles and role not in scene.around.roles:
        message = f"没有角色“{role}”。"
        scene.note(process, node, "group.unknown", message, "请改用 config/roles.toml 中的角色。")


def _topic(scene: Scene, process: Process, node: Node) -> None:
    if not scene.around.topics:
        return
    contract = scene.contract(node)
    if contract is None:
        message = f"没有工作主题“{node.topic}”。"
        scene.note(process, node, "topic.unknown", message, "请从元素模板中选择主题。")
        return
    known = {name.name: name for name in contract.inputs}
    for line in node.inputs:
        name = known.get(line.target)
        if name is None:
            message = f"主题“{node.topic}”没有输入“{line.target}”。"
            scene.note(
                process, node, "topic.input", message, "请删除，或改正参数名。", severity="warning", line=line.line
            )
        elif name.choices and line.value is not None and line.value.is_literal and line.value.text not in name.choices:
            message = f"输入“{line.target}”不能是“{line.value.text}”。"
            remedy = f"可以是：{'、'.join(choice for choice in name.choices if choice)}。"
            scene.note(process, node, "topic.choice", message, remedy, line=line.line)


def _properties(scene: Scene, process: Process, node: Node) -> None:
    kind = "event" if node.type.endswith("Event") or node.type == "receiveTask" else node.type
    known = KNOWN_PROPERTIES.get(kind)
    for name, value in node.properties.items():
        if known is not None and name not in known:
            message = f"扩展属性“{name}”在这里不起作用。"
            remedy = f"可以用的属性：{'、'.join(sorted(known))}。"
            scene.note(process, node, "property.unknown", message, remedy, severity="warning")
        if name == "notBy":
            _others(scene, process, node, value)
        if name == "entryForm":
            _form(scene, process, node, value)
        if name == "entryGroups":
            for group in value.split(","):
                _group(scene, process, node, group.strip())


def _message(scene: Scene, process: Process, node: Node) -> None:
    """Report a message that a case would wait for in vain: nobody may enter it and the house does not send it."""
    event, known = node.event, scene.around.messages
    if event is None or event.kind != "message" or node.topic or known is None or not event.message:
        return
    entered = node.properties.get("entryForm") and node.properties.get("entryGroups")
    if not entered and event.message not in known:
        message = f"消息“{event.message}”没有人能发出：没有填登记表单和登记岗位，系统也不发这个消息。"
        remedy = "请在扩展属性里填写 entryForm、entryGroups 和 entryLabel，或者改正消息名称。"
        scene.note(process, node, "message.entry", message, remedy)


def _others(scene: Scene, process: Process, node: Node, value: str) -> None:
    everywhere = {n.id for file in scene.processes.values() for _, n in file.diagram.level.walk()}
    for identity in (part.strip() for part in value.split(",")):
        if identity and identity not in everywhere:
            message = f"属性 notBy 中的“{identity}”不是任何流程的元素。"
            scene.note(process, node, "property.element", message, "请填写元素标识（ID）。")
