"""Which tags and attributes of BPMN and Camunda 7 we read; everything else is refused by name.

Tables only: what a designer may fill in (``ATTRIBUTES``), what changes nothing here (``HARMLESS``), and for what is
refused the sentence that says how to do it instead (``INSTEAD``).
"""

from __future__ import annotations

_TASK = frozenset(
    {"id", "name", "default", "startQuantity", "completionQuantity", "isForCompensation", "implementation"}
)
_EVENT = frozenset({"id", "name", "parallelMultiple"})
_GATEWAY = frozenset({"id", "name", "gatewayDirection", "default"})
_EXTERNAL = frozenset({"c:type", "c:topic", "c:taskPriority"})

ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({
        "id", "name", "isExecutable", "processType", "isClosed", "c:candidateStarterGroups", "c:historyTimeToLive",
        "c:versionTag", "c:isStartableInTasklist",
    }),
    "startEvent": _EVENT | {"isInterrupting", "c:formRef", "c:formRefBinding"},
    "endEvent": _EVENT,
    "intermediateCatchEvent": _EVENT,
    "intermediateThrowEvent": _EVENT,
    "boundaryEvent": _EVENT | {"attachedToRef", "cancelActivity"},
    "userTask": _TASK | {
        "c:assignee", "c:candidateGroups", "c:candidateUsers", "c:dueDate", "c:followUpDate", "c:priority", "c:formRef",
        "c:formRefBinding",
    },
    "serviceTask": _TASK | _EXTERNAL,
    "sendTask": _TASK | _EXTERNAL | {"messageRef"},
    "receiveTask": _TASK | {"messageRef", "instantiate"},
    "businessRuleTask": _TASK | _EXTERNAL | {
        "c:decisionRef", "c:decisionRefBinding", "c:mapDecisionResult", "c:resultVariable",
    },
    "callActivity": _TASK | {"calledElement", "c:calledElementBinding"},
    "subProcess": _TASK | {"triggeredByEvent"},
    "exclusiveGateway": _GATEWAY,
    "inclusiveGateway": _GATEWAY,
    "parallelGateway": _GATEWAY,
    "eventBasedGateway": _GATEWAY | {"eventGatewayType", "instantiate"},
    "sequenceFlow": frozenset({"id", "name", "sourceRef", "targetRef", "isImmediate"}),
    "conditionExpression": frozenset({"id", "x:type"}),
    "multiInstanceLoopCharacteristics": frozenset({
        "id", "isSequential", "behavior", "c:collection", "c:elementVariable",
    }),
    "loopCardinality": frozenset({"id", "x:type"}),
    "completionCondition": frozenset({"id", "x:type"}),
    "messageEventDefinition": _EXTERNAL | {"id", "messageRef"},
    "timerEventDefinition": frozenset({"id"}),
    "timeDate": frozenset({"id", "x:type"}),
    "timeDuration": frozenset({"id", "x:type"}),
    "timeCycle": frozenset({"id", "x:type"}),
    "errorEventDefinition": frozenset({"id", "errorRef", "c:errorCodeVariable", "c:errorMessageVariable"}),
    "escalationEventDefinition": frozenset({"id", "escalationRef", "c:escalationCodeVariable"}),
    "terminateEventDefinition": frozenset({"id"}),
    "signalEventDefinition": frozenset({"id", "signalRef"}),
    "linkEventDefinition": frozenset({"id", "name"}),
    "message": frozenset({"id", "name", "itemRef"}),
    "signal": frozenset({"id", "name", "structureRef"}),
    "error": frozenset({"id", "name", "errorCode", "structureRef", "c:errorMessage"}),
    "escalation": frozenset({"id", "name", "escalationCode", "structureRef"}),
}  # fmt: skip
"""Attributes by tag; ``c:`` is Camunda's namespace, ``x:`` xsi."""

HARMLESS = frozenset({"c:async", "c:asyncBefore", "c:asyncAfter", "c:exclusive", "c:jobPriority"})
"""Accepted with a warning: every step is one transaction here, whatever they say."""

MARKS = frozenset({"c:modelerTemplate", "c:modelerTemplateVersion"})
"""What the Modeler notes on an element for itself: the element template that was applied."""

CONTENT: dict[str, frozenset[str]] = {
    "event": frozenset({"messageEventDefinition", "timerEventDefinition", "errorEventDefinition",
                        "escalationEventDefinition", "terminateEventDefinition", "signalEventDefinition",
                        "linkEventDefinition"}),
    "drawing": frozenset({"textAnnotation", "association", "group", "dataObject", "dataObjectReference",
                          "dataStoreReference", "dataInputAssociation", "dataOutputAssociation", "property",
                          "dataInput", "dataOutput", "inputSet", "outputSet"}),
    "definitions": frozenset({"process", "collaboration", "message", "signal", "error", "escalation", "category",
                              "dataStore", "itemDefinition", "documentation", "extensionElements"}),
}  # fmt: skip
"""Tags that may stand inside an event, beside the nodes as mere drawing, and at the top of the file."""

EXTENSIONS: dict[str, frozenset[str]] = {
    "inputOutput": frozenset({"userTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity",
                              "subProcess"}),
    "properties": frozenset(ATTRIBUTES),
    "in": frozenset({"callActivity"}),
    "out": frozenset({"callActivity"}),
    # At a loop it is about jobs that only an asynchronous body has.
    "failedJobRetryTimeCycle": frozenset({
        "serviceTask", "sendTask", "businessRuleTask", "multiInstanceLoopCharacteristics",
    }),
}  # fmt: skip
"""Camunda extension elements and the tags that may carry them."""

COMPENSATION = (
    "不支持补偿：办过的事已经送达、登记、付款，不能由引擎悄悄撤销，要有人或者主题来做并且留下记录。",
    "请把撤销的步骤画成任务：办过什么记在变量里，用错误边界事件（或错误事件子流程）和网关接到这些任务。",
)
"""Why compensation is refused, and what to draw instead."""

UNSUPPORTED: dict[str, tuple[str, str]] = {
    "scriptTask": ("脚本任务不执行：流程图中不放程序。", "请改为外部服务任务，选择一个工作主题（topic）。"),
    "manualTask": ("人工任务没有人能在系统里办理。", "请改为用户任务。"),
    "task": ("没有选定任务类型。", "请改为用户任务或服务任务。"),
    "transaction": ("不支持事务子流程。", "请改为普通子流程，用错误边界事件处理失败。"),
    "adHocSubProcess": ("不支持临时子流程。", "请画成普通子流程。"),
    "complexGateway": ("不支持复杂网关。", "请改为排他、并行或包容网关。"),
    "compensateEventDefinition": COMPENSATION,
    "cancelEventDefinition": ("不支持取消事件。", "请改为错误事件。"),
    "conditionalEventDefinition": ("不支持条件事件。", "请改为消息事件，由工作主题发出消息。"),
    "standardLoopCharacteristics": ("不支持标准循环。", "请用网关画出循环。"),
    "subChoreography": ("不支持编排图。", "请改为流程图。"),
}
"""Tags that are refused by name, with the reason and what to do."""

INSTEAD: dict[str, str] = {
    "c:class": "请改为外部任务：实现方式选 External，填写主题（topic）。",
    "c:delegateExpression": "请改为外部任务：实现方式选 External，填写主题（topic）。",
    "c:expression": "请改为外部任务：实现方式选 External，填写主题（topic）。",
    "c:formKey": "请用 Camunda Forms：填写 formRef。",
    "c:formHandlerClass": "请用 Camunda Forms：填写 formRef。",
    "c:formData": "请用 Camunda Forms：另存为 .form 文件并填写 formRef。",
    "c:executionListener": "监听器不执行，请把这一步画成外部任务。",
    "c:taskListener": "监听器不执行，请把这一步画成外部任务。",
    "c:connector": "连接器不执行，请改为外部任务。",
    "c:field": "请改用输入参数（inputOutput）。",
    "c:initiator": "请删除；办理人由系统记录。",
    "c:calledElementVersion": "请删除；办理中的案件自动固定在启动时的版本。",
    "c:decisionRefVersion": "请删除；办理中的案件自动固定在启动时的版本。",
    "c:resultVariable": "外部任务的结果由主题写入变量，请用输出参数改名。",
    "c:variableMappingClass": "请逐条填写传入和传出变量。",
    "c:variableMappingDelegateExpression": "请逐条填写传入和传出变量。",
    "c:caseRef": "不支持 CMMN。",
    "c:errorEventDefinition": "请由工作任务报告业务错误，并画错误边界事件。",
}
"""What to do about a refused Camunda attribute or element."""
