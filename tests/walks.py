"""Drives the real office along the walks of ``order.toml``, as its people would, and reads what is left behind.

Every step goes through the service functions that pages, REST and command line use. A step that finds another open item
than the expected one fails with what is open instead, so a diagram with swapped or removed steps cannot pass.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from jiuzhu.domain.actor import Actor
from jiuzhu.errors import Invalid
from jiuzhu.runner import Runner
from jiuzhu.service import cases, due, identity, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service import documents as papers
from jiuzhu.service.office import Office
from tests import flows, forms_data, forms_xixiu
from tests.forms_ninghe import panel_members
from tests.forms_people import Setting

ORDERS = Path(__file__).parent / "data"
DECIDING = frozenset(
    {
        "Task_Confirm",
        "Task_ChiefRepReview",
        "Task_Approve",
        "Task_DistrictApprove",
        "Task_Minutes",
        "Task_PartyCommittee",
        "Task_CountyDecide",
        "Task_DistrictDecide",
    }
)
"""Items whose grant sets the first amount of a walk."""
RELATED = {
    "investigator_related": ("town_investigator", "town_handler"),
    "panelist_related": ("town_panel", "village_cadre"),
}
"""Given → whose relative the household declares itself to be: role and post."""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def load_chains() -> list[dict[str, Any]]:
    """Return the chains of all ``order*.toml``: process, walks, order."""
    return [chain for content in _orders() for chain in content.get("chain", [])]


def load_walks() -> dict[str, dict[str, Any]]:
    """Return the walks of all ``order*.toml`` by id."""
    return {one["id"]: one for content in _orders() for one in content.get("walk", [])}


def _orders() -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(ORDERS.glob("order*.toml"))]


MISSING = {"xintai": "诚信声明"}
"""What a window finds missing where the district asks for other papers than the others do."""


class WalkFailed(AssertionError):
    """The case did not go where the walk says."""


@dataclass(frozen=True)
class Line:
    """One line of an order: ``<process:>element role[:n] key=value …``."""

    element: str
    process: str
    role: str
    number: int
    more: Mapping[str, Any]

    @classmethod
    def parse(cls, line: str) -> Line:
        head, role, *pairs = line.split()
        process, _, element = head.rpartition(":")
        name, _, number = role.partition(":")
        more = dict(pair.split("=", 1) for pair in pairs)
        return cls(element, process, name, int(number or 1), {key: _value(one) for key, one in more.items()})


def _value(word: str) -> Any:
    if word in {"true", "false"}:
        return word == "true"
    return int(word) if word.isdigit() else word


@dataclass
class Outcome:
    """What a finished walk left behind."""

    end_events: list[str]
    documents: Counter[str]
    filings: list[str]
    orders: list[Mapping[str, Any]]
    notices: int
    notice_ends: int
    seals: int
    alerts: list[str]
    chains: dict[str, list[str]]
    """Completed activities of each process in order, as the history has them."""
    persons: dict[str, list[str]] = field(default_factory=dict)


class Walker:
    """One household's case, worked by the demo people of its district."""

    def __init__(self, office: Office, walk: Mapping[str, Any], *, household: int = 1) -> None:
        self.office = office
        self.walk = walk
        self.district: str = walk["district"]
        self.process: str = walk.get("process", f"{walk['district']}_application")
        self.household = household
        self.runner = Runner(office)
        self.case_no = ""
        self.done: list[tuple[str, str]] = []
        self.first_amount = ""
        self.notice_ends: set[str] = set()
        self._attachments: dict[str, str] = {}

    # people and files

    def actor(self, role: str, number: int = 1) -> Actor:
        name, _, own = role.partition(":")
        return identity.actor_of(self.office, f"{self.district}-{name}-{own or number}")

    def attachment(self, actor: Actor) -> str:
        if actor.login not in self._attachments:
            made = papers.store_attachment(self.office, actor, "sheet.png", "image/png", PNG)
            self._attachments[actor.login] = made if isinstance(made, str) else made.id
        return self._attachments[actor.login]

    @property
    def today(self) -> str:
        return self.now.astimezone(self.office.settings.zone).date().isoformat()

    @property
    def now(self) -> datetime:
        return office_clock.office_now(self.office)

    def answers(self, form: str, actor: Actor, **more: Any) -> dict[str, Any]:
        made = forms_data.answers(
            form,
            district=self.district,
            today=self.today,
            attachment=self.attachment(actor),
            household=self.household,
            **more,
        )
        moment = self.now.astimezone(self.office.settings.zone).isoformat(timespec="minutes")
        for key in ("visit_at", "posted_at", "removed_at", "heard_at", "held_at", "delivered_on", "assessed_at"):
            if key in made:
                made[key] = moment
        return made

    # reading the database as a supervisor would

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        with self.office.store.engine.connect() as connection:
            found = connection.execute(text(sql), {"case_no": self.case_no, **values})
            return [dict(row._mapping) for row in found]

    def open_items(self) -> list[dict[str, Any]]:
        """Return the open items of all process instances of the household, one row per item."""
        return self.rows(
            "select distinct w.task_id, w.element_id, w.process_key, w.form, c.process_key as top, c.record_no "
            "from work_item w join case_instance c on c.id = w.case_id where c.case_no = :case_no"
        )

    def tasks_of(self, actor: Actor) -> set[str]:
        """Return the open tasks that lie in one of a person's groups: of several alike, each has its own item."""
        found = self.rows(
            "select w.task_id, w.group_name from work_item w join case_instance c on c.id = w.case_id "
            "where c.case_no = :case_no"
        )
        return {row["task_id"] for row in found if row["group_name"] in actor.groups}

    # acting

    def arrange(self) -> None:
        """Make the office as the walk's ``given`` wants it before the application."""
        given = self.walk["given"]
        with self.office.store.engine.begin() as connection:
            if given == "no_agreement":
                connection.execute(text("delete from confidentiality_agreement"))
            if given == "letter_ended":
                connection.execute(text("update entrustment_letter set valid_to = '2026-09-01'"))

    def start(self) -> None:
        actor = self.actor(self.walk["starter"])
        more: dict[str, Any] = {"village": self.walk["village"]} if "village" in self.walk else {}
        if self.walk["given"] == "visit_required":
            more["living_address"] = "示例一村88号"  # lives elsewhere than registered: the rules ask for a visit
        if self.walk["given"] == "relative_declared":
            more |= {
                "related_to_staff": True,
                "staff_relatives": [
                    {"name": "示例干部", "post": "village_cadre", "relation": "sibling", "member": "申请人"}
                ],
            }
        if self.walk["given"] in RELATED:
            more |= self._related_to(*RELATED[self.walk["given"]])
        more |= self.walk.get("application", {})
        if self.walk["programme"] == "tekun":
            data = forms_data.tekun_application(
                household=self.household,
                district=self.district,
                today=self.today,
                attachment=self.attachment(actor),
                **more,
            )
        else:
            data = self.answers(self.walk.get("form", "application"), actor, **more)
            data["programme"] = self.walk["programme"]
        if self.walk["given"] == "authorization_missing":
            data["authorizers"] = data["authorizers"][:1]
        self.case_no = self.hand_in(actor, data)
        self.settle()

    def hand_in(self, actor: Actor, data: Mapping[str, Any]) -> str:
        """Start the procedure and return the case number; other doors than the service override this."""
        return cases.start_case(self.office, actor, self.process, data).case_no

    def submit(self, actor: Actor, task: str, data: Mapping[str, Any]) -> None:
        """Complete an item; other doors than the service override this."""
        work.complete(self.office, actor, task, data)

    def _related_to(self, role: str, post: str) -> dict[str, Any]:
        """Return what the household declares when the first person of a role is a near relative."""
        relative = {"name": self.actor(role).name, "post": post, "relation": "sibling", "member": "申请人"}
        return {"related_to_staff": True, "staff_relatives": [relative]}

    def settle(self) -> None:
        """Work the errands that wait, and fire what is due."""
        self.runner.drain()
        due.fire_due(self.office)
        self.runner.drain()
        for row in self.rows("select ends_at from notice where case_no = :case_no and ends_at is not null"):
            self.notice_ends.add(str(row["ends_at"]))

    def main_items(self) -> list[dict[str, Any]]:
        return [row for row in self.open_items() if row["top"] == self.process]

    def find(self, line: Line) -> dict[str, Any]:
        """Return the open item of a line; fail with what is open when it is not the only one of its process."""
        items = self.main_items() if not line.process else [r for r in self.open_items() if r["top"] == line.process]
        names = sorted({row["element_id"] for row in items})
        if names != [line.element] and not (line.process and line.element in names):  # beside the case, two at a time
            raise WalkFailed(f"{self.walk['id']}: expected {line.element}, open are {names} after {self.done}")
        return next(row for row in items if row["element_id"] == line.element)

    def complete(self, line: Line) -> None:
        item = self.find(line)
        actor = self.actor(line.role, line.number)
        candidates = [
            row for row in self.open_items() if row["element_id"] == line.element and row["top"] == item["top"]
        ]
        own = self.tasks_of(actor)
        candidates = [row for row in candidates if row["task_id"] in own] or candidates
        data = self.answer(line, item["form"], actor)
        try:
            self.submit(actor, candidates[0]["task_id"], data)
        except Invalid as fault:
            fault.add_note(f"{self.walk['id']}: {line.element}: {dict(fault.faults)}")
            raise
        self.done.append((line.element, line.role))
        self.settle()
        if line.element in DECIDING and "amount_monthly" in data and data.get("decision", "granted") == "granted":
            self.first_amount = str(data["amount_monthly"])

    def answer(self, line: Line, form: str, actor: Actor) -> dict[str, Any]:
        """Return the form's plain answer with what the line says differently."""
        more = dict(line.more)
        taken = more.pop("objections", None)
        lines = more.pop("lines", None)
        other = more.pop("amount", None)
        few = more.pop("participants", None)
        panel, kinds = str(more.pop("panel", "")), str(more.pop("kinds", ""))
        team = str(more.pop("team", ""))
        leader = more.pop("leader", None)
        lists = forms_xixiu.lists(form, more, Setting(self.district, self.today, "", self.household))
        data = self.answers(form, actor) | more | lists
        if panel:
            at = Setting(self.district, self.today, "", self.household)
            data["panel_members"] = panel_members(at, panel, kinds)
        if "village" in self.walk:  # the plain answers name an officer of the first town
            officer = f"{self.district}-village_officer-{self.walk.get('officer', 2)}"
            data |= {"village_assistants": [officer]} if "village_assistants" in data else {}
            data |= {"village_assistant": officer} if "village_assistant" in data else {}
        if team:
            logins = [f"{self.district}-{line.role}-{number}" for number in team.split(",")]
            data |= {"team": logins, "leader": f"{self.district}-{line.role}-{leader}"}
        if data.get("materials_state") != "complete" and form == "acceptance_check":
            data |= {
                "missing_items": [{"item": MISSING.get(self.district, "本人银行账户"), "reason": "没有交，请补交"}],
                "resubmit_by": (datetime.fromisoformat(self.today) + timedelta(days=10)).date().isoformat(),
                "reason_text": "所交材料不能证明符合受理条件。",
                "decision_facts": "没有交齐。",
            }
        if data.get("verification_result") == "doubt":
            data["doubt_items"] = [{"member": "申请人", "source": "bank_deposit", "fact": "余额超过申报"}]
        if data.get("visit_outcome") == "absent":
            data["absence_note"] = "家中无人，邻居说外出就医。"
        if data.get("visit_outcome") == "refused":
            data |= {
                "refusal_facts": "当面拒绝调查组进入。",
                "refusal_place": "申请人家门口",
                "witnesses": [{"name": "邻居甲", "identity": "邻居"}],
                "notice_given": True,
            }
        if data.get("visit_consistent") is False:
            data["consistency_note"] = "多出一项务工收入。"
        refusing = data.get("decision") in {"refused", "revoked"}
        if refusing or (form == "objection_decision" and data.get("objection_outcome") == "revoked"):
            data |= forms_data.REFUSAL
        if data.get("authorization_refused"):
            data = {
                "authorization_refused": True,
                "authorization_refusal_facts": "两名成年成员当面表示不同意核对，已告知后果。",
            }
        if data.get("delivered") is False:
            data = {"delivered": False, "undelivered_reason": "家中无人，电话不通。"}
        if data.get("filing_returned"):
            data |= {"return_reason": "金额与审批表不一致，请更正。"}
        if data.get("decision") == "back":
            data["back_reason"] = "补充核实务工收入。"
        if data.get("review_result") == "reinvestigate":
            data["review_opinion"] = "补充核实务工收入。"
        proposed = self._proposed()
        if (
            "amount_monthly" in data
            and proposed
            and form in {"confirmation", "chief_rep_review", "panel_minutes", "party_opinion"}
        ):
            data["amount_monthly"] = proposed
        if other not in (None, "other"):
            data["amount"] = str(other)
        if other == "other":
            data |= {"amount_monthly": "100.00", "amount_reason": "复查查明另有收入，相应核减。"}
        elif form == "redecision" and data.get("decision") == "granted":
            data["amount_monthly"] = self.first_amount or data["amount_monthly"]
        if few is not None:
            data["participants"] = data["participants"][:few]
        if "objections" in data:
            data["objections"] = self._objection_lines(form, taken)[:lines]
        if form == "case_event_check":
            data |= self._event_check(data)
        return data

    def _proposed(self) -> str:
        found = self.rows("select * from benefit_calculation where case_no = :case_no")
        if not found:
            return ""
        amount = found[-1].get("amount_monthly", found[-1].get("amount"))
        return f"{amount / 100:.2f}" if isinstance(amount, int) else f"{amount:.2f}"

    def _objection_lines(self, form: str, taken: str | None) -> list[dict[str, Any]]:
        found = self.rows(
            "select objection_no, state from objection where case_no = :case_no and answered_at is null "
            "order by received_at, objection_no"
        )
        if form != "objection_check":
            return [{"objection_no": row["objection_no"], "reply": "经复查，情况已经查清。"} for row in found]
        lines: list[dict[str, Any]] = []
        for row in found:
            line: dict[str, Any] = {"objection_no": row["objection_no"], "taken_up": taken != "not_taken_up"}
            if taken == "not_taken_up":
                line["reply"] = "所反映的情况与申报一致，不予受理。"
            lines.append(line)
        return lines

    def _event_check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if data.get("report_result") == "change":
            name = forms_data.answers("application", household=self.household)["applicant_name"]
            return {
                "change_rows": [
                    {"change_kind": "income", "name": name, "type": "wage", "amount": "300.00", "what": "新增零工收入"}
                ],
            }
        return {}

    def command(self, line: str) -> None:
        """Carry out a line that begins with ``@``."""
        word, *rest = line[1:].split()
        if word == "clock":
            self._move_past(rest[0])
        elif word == "before":
            target = self._timer(rest[0])
            span = timedelta(minutes=int(rest[1].rstrip("m")))
            self._advance(target - span - self.now)
        elif word == "message":
            self._message(rest[0], rest[1])
        elif word == "report":
            self._report(rest[0], rest[1])
        elif word == "start":
            actor = self.actor(rest[1])
            form = rest[0].removeprefix("shared_")
            cases.start_case(self.office, actor, rest[0], self.answers(form, actor), about=self.case_no)
        elif word in {"gone", "open"}:
            here = rest[0] in {row["element_id"] for row in self.open_items()}
            if here != (word == "open"):
                raise WalkFailed(f"{self.walk['id']}: {line}, open are {self.open_items()}")
        else:
            raise ValueError(line)
        self.settle()

    def _timer(self, name: str) -> datetime:
        """Return the instant for which the open timer of a date variable waits."""
        found = self.rows(
            "select w.due, w.element_id from waiting w join case_instance c on c.id = w.case_id "
            "where c.case_no = :case_no and w.kind = 'timer' order by w.due"
        )
        wanted = {
            "notice_end": "NoticeEnd",
            "resubmit_by": "Resubmit",
            "follow_up": "FollowUp",
            "views_late": "ViewsLate",
        }[name]
        instants = [_instant(row["due"]) for row in found if wanted in row["element_id"]]
        if not instants:
            raise WalkFailed(f"{self.walk['id']}: no timer waits for {name}: {found}")
        return instants[0]

    def _move_past(self, what: str) -> None:
        if what[0].isdigit():
            self._advance(timedelta(days=int(what.rstrip("d"))))
        else:
            self._advance(self._timer(what) - self.now + timedelta(seconds=1))

    def _advance(self, span: timedelta) -> None:
        if span > timedelta(0):
            office_clock.advance_clock(self.office, None, span)

    def _message(self, name: str, role: str) -> None:
        actor = self.actor(role)
        form = {"notice.objection": "objection_entry", "materials.supplied": "materials_supply"}[name]
        cases.send_message(self.office, actor, self.case_no, name, self.answers(form, actor))

    def _report(self, kind: str, role: str) -> None:
        actor = self.actor(role)
        data = self.answers("case_event", actor, event_kind=kind)
        cases.start_case(self.office, actor, "shared_case_report", data, about=self.case_no)

    def run(self) -> Outcome:
        """Walk from the application to the end."""
        self.start()
        beside = [Line.parse(line) for line in self.walk.get("beside", [])]
        for text_line in self.walk["order"]:
            if text_line.startswith("@"):
                self.command(text_line)
            else:
                self.complete(Line.parse(text_line))
            beside = self._work_beside(beside)
        self._work_beside(beside, last=True)
        return self.outcome()

    def _work_beside(self, lines: Sequence[Line], *, last: bool = False) -> list[Line]:
        """Complete what other processes ask for, as soon as it is open, in the lines' order."""
        left = list(lines)
        while left:
            open_now = {(row["top"], row["element_id"]) for row in self.open_items()}
            ready = next((line for line in left if (line.process, line.element) in open_now), None)
            if ready is None:
                break
            self.complete(ready)
            left.remove(ready)
        if last and left:
            raise WalkFailed(f"{self.walk['id']}: beside never opened: {[line.element for line in left]}")
        return left

    def outcome(self) -> Outcome:
        """Read what the case left behind."""
        still = self.main_items()
        if still:
            raise WalkFailed(f"{self.walk['id']}: still open at the end: {[row['element_id'] for row in still]}")
        expected = set(self.walk.get("left_undone", []))
        others = {f"{row['top']}:{row['element_id']}" for row in self.open_items()}
        if others != expected:
            raise WalkFailed(f"{self.walk['id']}: open beside the case: {others}, expected {expected}")
        ends = self.rows(
            "select p.element_id, p.process_key from passage p join case_instance c on c.id = p.case_id "
            "where c.case_no = :case_no and p.element_type = 'endEvent' and p.what = 'completed'"
        )
        made = self.rows("select template from document where case_no = :case_no")
        flows.note(self.office)
        sent = self.rows(
            "select kind from filing where case_no = :case_no and sent_at is not null order by sent_at, filing_no"
        )
        return Outcome(
            end_events=[row["element_id"] for row in ends],
            documents=Counter(row["template"] for row in made),
            filings=[row["kind"] for row in sent],
            orders=self.rows("select * from payment_order where case_no = :case_no"),
            notices=len(self.rows("select notice_no from notice where case_no = :case_no")),
            notice_ends=len(self.notice_ends),
            seals=len(self.rows("select seal_use_id from seal_use where case_no = :case_no")),
            chains=self._chains(),
            alerts=[row["kind"] for row in self.rows("select kind from alert where case_no = :case_no")],
        )

    def _chains(self) -> dict[str, list[str]]:
        chains: dict[str, list[str]] = {}
        found = self.rows(
            "select p.element_id, p.process_key from passage p join case_instance c on c.id = p.case_id "
            "where c.case_no = :case_no and p.what = 'completed' and (p.element_type like '%Task' "
            "or p.element_type = 'callActivity') order by p.id"
        )
        for row in found:
            chain = chains.setdefault(row["process_key"], [])
            if not chain or chain[-1] != row["element_id"]:
                chain.append(row["element_id"])
        return chains


def _instant(value: Any) -> datetime:
    from datetime import UTC

    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace(" ", "T"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
