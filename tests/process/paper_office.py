"""A whole office on paper: the real diagrams and tables on the real engine, with record tasks that keep short notes.

It exists to walk the diagrams quickly and to prove that a changed diagram does not pass; what the record tasks really
do is proved where they live.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from lxml import etree

from jiuzhu.engine import Engine
from jiuzhu.engine.values import (
    Bundle,
    CompleteItem,
    DeliverMessage,
    Event,
    FinishJob,
    FireTimers,
    Step,
    TaskCall,
    Values,
    Waiting,
    WorkItem,
)
from jiuzhu.errors import BpmnError
from tests.process.diagram_files import BPMN, CAMUNDA, ROOT, load
from tests.process.engine_kit import START

FAR = "9999-12-31T00:00:00+08:00"
DUE = {
    "opened": ["due_accept"],
    "requested": ["due_verification"],
    "accepted": ["due_total", "due_investigation_start", "due_home_visit", "due_review"],
    "visited": ["due_review", "due_appraisal"],
    "submitted": ["due_confirm"],
    "change": ["due_change"],
    "change_visit": ["due_investigation_start", "due_home_visit"],
    "decided": ["due_notice_post", "due_deliver"],
    "posted": ["due_notice_remove"],
    "objected": ["due_objection", "due_appraisal"],
    "confirmed": ["due_filing"],
    "reported": ["due_self_care"],
}
POLICY: dict[str, Any] = {
    "n2021_from": "2021-07-01",
    "n2022_from": "2022-10-20",
    "devolution_from": "2018-01-01",
    "legal_form": "entrustment",
    "letter_in_force": True,
    "staff_ok": True,
    "without_letter": "none",
    "visit_always": False,
    "visit_first": False,
    "min_participants": 3,
    "rep_ratio": "2/3",
    "min_reps": 1,
    "payer_kind": "county",
    "household_class": None,
    "months_a": 12,
    "months_b": 6,
    "months_c": 3,
    "months_tekun": 12,
    "months_default": 12,
    "partial_from": 1,
    "none_from": 4,
}
ENGINE = Engine()
ERRANDS = frozenset({"means_verification", "notify", "external_sync", "monthly_send", "poverty_list"})


def files() -> dict[str, bytes]:
    """Return all diagrams of the project by key."""
    return {key: diagram.path.read_bytes() for key, diagram in load().items()}


class Office:
    """One household with all its process instances."""

    def __init__(self, diagrams: Mapping[str, bytes], walk: Mapping[str, Any]) -> None:
        self.now = START
        self.engine = ENGINE
        self.diagrams = diagrams
        self.walk = walk
        self.bundles: dict[str, Bundle] = {}
        self.cases: list[tuple[str, Step]] = []
        self.path: list[str] = []
        self.ends: list[str] = []
        self.chains: dict[str, list[str]] = {}
        self.documents: Counter[str] = Counter()
        self.alerts: list[str] = []
        self.filings: list[str] = []
        self.notices: list[str] = []
        self.notice_ends = 0
        self.objections: list[str] = []
        self.taken_up = False
        self.orders = self.rounds = self.queries = self.seals = self.agreements = 0
        self.posted = self.accepted = False
        self.letter = walk["given"] != "letter_ended"
        self.agreement = walk["given"] != "no_agreement"
        self.authorized = walk["given"] != "authorization_missing"
        self.pending: list[tuple[str, Values]] = []
        self.started: list[tuple[str, Values]] = []
        self.begin(f"{walk['district']}_application", {"programme": walk["programme"]})

    # -- the engine's host
    def is_record(self, topic: str) -> bool:
        return topic not in ERRANDS

    def record(self, call: TaskCall) -> Values:
        keep = getattr(self, f"do_{call.topic}", None)
        outputs = dict(keep(call) or {}) if keep else {}
        return {**outputs, "due_simple": self.at(days=5)}

    def at(self, **delta: float) -> str:
        return (self.now + timedelta(**delta)).isoformat()

    # -- acts
    def begin(self, key: str, variables: Values) -> None:
        """Start a process of the household."""
        base = {"case_no": "C-1", "district": self.walk["district"], "town": "T1", "intake_town": "T1"}
        base |= {"village": "T1001", "channel": "window", "applicant_name": "示例", "programme": self.walk["programme"]}
        bundle = self.bundles.setdefault(key, self.bundle_of(key))
        self.cases.append((key, self.engine.start(bundle, {**base, **variables}, self)))
        self.note(self.cases[-1][1])
        self.settle(len(self.cases) - 1)

    def bundle_of(self, key: str) -> Bundle:
        found: dict[str, bytes] = {}
        tables: dict[str, bytes] = {}
        todo = [key]
        while todo:
            each = todo.pop()
            if each not in found:
                found[each] = self.diagrams[each]
                root = etree.fromstring(self.diagrams[each])
                todo += [call.get("calledElement", "") for call in root.iter(f"{BPMN}callActivity")]
                for rule in root.iter(f"{BPMN}businessRuleTask"):
                    name = rule.get(f"{CAMUNDA}decisionRef", "")
                    tables[name] = (ROOT / f"bpmn/shared/{name}.dmn").read_bytes()
        digest = sha256(b"".join(found.values())).hexdigest()
        return Bundle(id=digest, process_key=key, processes=found, decisions=tables, forms={})

    def send(self, index: int, event: Event) -> None:
        key, step = self.cases[index]
        after = self.engine.advance(self.bundles[key], step.state, event, self)
        self.cases[index] = (key, after)
        self.note(after)
        self.settle(index)

    def note(self, step: Step) -> None:
        self.path += [passage.element_id for passage in step.log if passage.what == "completed"]
        self.ends += step.end_events
        for passage in step.log:
            chain = self.chains.setdefault(passage.process_key, [])
            task = passage.element_type.endswith("Task") or passage.element_type == "callActivity"
            if passage.what == "completed" and task and chain[-1:] != [passage.element_id]:
                chain.append(passage.element_id)

    def settle(self, index: int) -> None:
        """Finish errands, deliver messages and start processes until nothing is left to do."""
        for job in [each for each in self.cases[index][1].waiting if each.kind == "job"]:
            self.send(index, FinishJob(task_id=job.task_id, variables=self.errand(job)))
            return
        while self.pending:
            name, payload = self.pending.pop(0)
            self.deliver(name, payload)
        while self.started:
            key, variables = self.started.pop(0)
            self.begin(key, variables)

    def errand(self, job: Waiting) -> Values:
        if job.topic == "means_verification":
            self.queries += 1
            return {"verification_ref": f"Q{self.queries}", "recheck_count": self.queries - 1}
        return {}

    def deliver(self, name: str, payload: Values) -> bool:
        for index, (_, step) in enumerate(self.cases):
            for each in step.waiting:
                if each.kind == "message" and each.message == name:
                    self.send(index, DeliverMessage(task_id=each.task_id, message=name, variables=payload))
                    return True
        return False

    def object(self) -> None:
        """Somebody objects: a row first, a message second."""
        self.objections.append("open")
        self.deliver("notice.objection", {})

    def complete(self, index: int, item: WorkItem, variables: Values) -> None:
        if item.element_id == "Task_SubmitFiling":
            self.filings[-1] = self.filings[-1].replace("unsent ", "")
        if item.element_id == "Task_ApplySeal":
            self.seals += 1
            self.documents["approval_form"] += 1
        if item.element_id == "Task_SignConfidentiality":
            self.agreement = True
        if item.element_id == "Task_ObtainAuthorization":
            self.authorized = not variables["authorization_refused"]
        if item.element_id == "Task_ResolveEntrustment":
            self.letter = True
        if item.element_id == "Task_DecideObjection":
            self.do_objection_reply(None)
        self.send(index, CompleteItem(task_id=item.task_id, variables=variables))

    def move_to(self, moment: datetime) -> None:
        """Move the office clock and fire what is due."""
        self.now = max(self.now, moment)
        for index in range(len(self.cases)):
            self.send(index, FireTimers())

    def timer(self, variable: str) -> datetime:
        """Return when the timer that waits for this variable goes off."""
        named = {"notice_end": "Timer_NoticeEnd", "resubmit_by": "Timer_Resubmit"}[variable]
        return next(
            each.due for _, step in self.cases for each in step.waiting if each.element_id == named and each.due
        )

    def items(self) -> list[tuple[int, str, WorkItem]]:
        return [(index, key, item) for index, (key, step) in enumerate(self.cases) for item in step.items]

    # -- record tasks
    def do_case_open(self, call: TaskCall) -> Values:
        return call.defaults

    def do_deadlines(self, call: TaskCall) -> Values:
        dues = {name: self.at(days=7 if name == "due_filing" else 3) for name in DUE[call.inputs["milestone"]]}
        return dues if call.inputs["milestone"] != "accepted" else {**dues, "due_total": FAR}

    def do_case_accept(self, call: TaskCall) -> Values:
        self.accepted = True
        first = self.walk["given"] == "visit_required"
        flags = {"first_application": first, "person_hukou_separated": first, "random_flag": False}
        return {"accepted_at": self.at(), "town": "T1", "village": "T1001", **flags}

    def do_policy_load(self, call: TaskCall) -> Values:
        return {**POLICY, "policy_ref": "P1"}

    def do_relatives_check(self, call: TaskCall) -> Values:
        return {"relatives_case": False, "blacklist_hit": False}

    def do_document(self, call: TaskCall) -> Values:
        self.documents[call.inputs["template"]] += 1
        outputs = {"doc_ref": "D", "decision_no": "N"}
        return (
            {**outputs, "resubmit_by": self.at(days=10)} if call.inputs["template"] == "correction_notice" else outputs
        )

    def do_recusal_check(self, call: TaskCall) -> Values:
        self.rounds += 1
        return {"visit_round": self.rounds}

    def do_authorization_check(self, call: TaskCall) -> None:
        if not self.authorized:
            raise BpmnError("AUTH_MISSING")

    def do_confidentiality_check(self, call: TaskCall) -> None:
        if not self.agreement:
            raise BpmnError("NO_AGREEMENT")

    def do_benefit(self, call: TaskCall) -> Values:
        return {"per_capita_income": "100.00", "asset_ok": True, "amount_monthly": "500.00"}

    def do_authority_check(self, call: TaskCall) -> Values:
        return {"decision_org": "T1"}

    def do_seal_check(self, call: TaskCall) -> Values:
        if not self.letter:
            raise BpmnError("SEAL_NOT_ALLOWED")
        return {"item_code": "I1"}

    def do_notice_prepare(self, call: TaskCall) -> Values:
        if call.inputs["notice_mode"] == "new" or not self.notices:
            self.notices.append("prepared")
        return {"notice_no": f"G{len(self.notices)}", "posting_needed": self.notices[-1] == "prepared"}

    def do_notice_open(self, call: TaskCall) -> Values:
        if self.notices[-1] == "prepared":
            self.notices[-1], self.posted, self.notice_ends = self.at(days=8), True, self.notice_ends + 1
        return {"notice_end": self.notices[-1]}

    def do_notice_close(self, call: TaskCall) -> None:
        self.posted = False

    def do_objection_count(self, call: TaskCall) -> Values:
        return {"open_objections": self.objections.count("open")}

    def do_objection_record(self, call: TaskCall) -> Values:
        shown = [n for n, state in enumerate(self.objections) if state == "open"]
        for n in shown:
            self.objections[n] = "taken_up" if self.taken_up else "answered"
        self.documents["objection_reply"] += 0 if self.taken_up else len(shown)
        return {"objection_valid": self.taken_up and bool(shown), "open_objections": self.objections.count("open")}

    def do_objection_reply(self, call: TaskCall | None) -> None:
        self.documents["objection_reply"] += sum(state != "answered" for state in self.objections)
        self.objections = ["answered"] * len(self.objections)

    def do_filing_build(self, call: TaskCall) -> Values:
        kind = "change" if self.filings else "new"
        if call.inputs.get("decision") == "revoked":
            kind = "cancel"
        self.documents["filing"] += 1
        self.filings.append(f"unsent {kind}")
        return {"filing_no": f"F{len(self.filings)}", "filing_state": "built"}

    def do_filing_amend(self, call: TaskCall) -> None:
        if self.filings:
            decision = (
                "revoked" if call.inputs.get("decision") != "granted" or call.process_key.endswith("closing") else ""
            )
            self.started.append(("shared_filing", {"decision": decision or "granted"}))

    def do_closing_reason(self, call: TaskCall) -> Values:
        kind = call.inputs.get("stop_kind") or "non_cooperation"
        return {"stop_kind": kind, "notice_posted": self.posted}

    def do_household_apply(self, call: TaskCall) -> Values:
        return {"recheck_needed": True}

    def do_delivery_record(self, call: TaskCall) -> Values:
        return {"delivered_at": self.at()}

    def do_payment_order(self, call: TaskCall) -> Values:
        assert call.inputs["decision"] == "granted"
        self.orders += 1
        return {"order_no": "O1", "effective_month": "2026-10"}

    def do_recipient_register(self, call: TaskCall) -> Values:
        return {"recipient_no": "R1"}

    def do_recipient_find(self, call: TaskCall) -> Values:
        return {"recipient_no": "R1" if self.orders else ""}

    def do_recipient_load(self, call: TaskCall) -> Values:
        return {
            "recipient_no": "R1",
            "amount_before": "600.00",
            "household_known": False,
            "member_joined": False,
            "accepted_at": self.at(),
        }

    def do_alert(self, call: TaskCall) -> None:
        self.alerts.append(call.inputs["alert_kind"])

    def do_start_process(self, call: TaskCall) -> Values:
        self.started.append((call.inputs["process_key"], {"decision": call.inputs.get("decision", "granted")}))
        return {"started_case_no": "S"}

    def do_send_message(self, call: TaskCall) -> None:
        name = call.inputs["message_name"]
        if not any(each.message == name for _, step in self.cases for each in step.waiting):
            raise BpmnError("NO_RECEIVER")
        carried = call.inputs["payload"].split(",")
        self.pending.append((name, {key: call.inputs.get(key, "") for key in carried}))
