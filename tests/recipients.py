"""A recipient as the import leaves him: no application here, a file number, a household, one line of history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from jiuzhu.domain.household import fold, fold_one, members_of, resident_ref
from jiuzhu.domain.records import Submission
from jiuzhu.domain.rows import Adjustment, Household, HouseholdPerson, Recipient, RecipientChange, Row
from jiuzhu.service import cases, work
from jiuzhu.service import clock as office_clock
from jiuzhu.service.office import Office
from jiuzhu.store.shelf import shelf_of
from tests import forms_data
from tests.matters import Matter

FILE = "导入-000071"
R = TypeVar("R", bound=Row)


class Known(Matter):
    """An imported recipient whose household is on record, and the people who handle his changes."""

    def __init__(
        self,
        office: Office,
        district: str = "jincheng",
        *,
        amount: str = "900.00",
        programme: str = "dibao",
        members: int = 3,
        known: bool = True,
        care_level: str = "",
        number: str = FILE,
        household: int = 7,
        authorized_to: str = "2030-01-01",
    ) -> None:
        super().__init__(office, district)
        self.walker.case_no = number
        self.walker.household = household
        self.recipient_no = f"{district}-{household:06d}"
        make = forms_data.tekun_application if programme == "tekun" else _application
        data = make(household=household, district=district, today=self.walker.today)
        data["authorization_to"] = authorized_to
        village = data["village"]
        now = office_clock.office_now(office)
        row = Recipient(
            recipient_no=self.recipient_no,
            case_no=number,
            district=district,
            town=village[:-3],
            village=village,
            programme=programme,
            name=data["applicant_name"],
            resident_id=data["applicant_id"],
            resident_ref=resident_ref(data["applicant_id"]),
            members=members,
            care_level=care_level,
            amount_monthly=Decimal(amount),
            payer="county",
            bank_name=data["bank_name"],
            bank_account=data["bank_account"],
            decision_no="旧字〔2020〕71号",
            since="2024-01",
            review_months=12,
            next_review=date(2027, 1, 1),
        )
        with office.store.transaction() as tx:
            shelf = shelf_of(tx)
            shelf.add(row)
            shelf.add(
                RecipientChange(
                    recipient_no=row.recipient_no,
                    line=1,
                    case_no=number,
                    district=district,
                    kind="import",
                    effective_month="2024-01",
                    amount_monthly=row.amount_monthly,
                    state="active",
                    record_no="导入1",
                    changed_at=now,
                )
            )
            if known:
                _add_household(shelf, number, data, now, programme)

    def begin(self, key: str, form: str, login: str, **more: Any) -> str:
        """Start a process about the recipient and return its number."""
        actor = self.actor(login)
        answers = {
            name: value for name, value in (self.walker.answers(form, actor) | more).items() if value is not None
        }
        made = cases.start_case(self.office, actor, key, answers, about=self.recipient_no)
        self.settle()
        return made.record_no

    def visit(self, **more: Any) -> None:
        """Plan, make and sign the visit."""
        self.do("Task_PlanVisit", "town_investigator-1")
        self.do("Task_HomeVisit", "town_investigator-1", **more)
        while "Task_CoSign" in self.open():
            self.do("Task_CoSign", "town_investigator-2")

    def rows(self, kind: type[R], **equals: Any) -> list[R]:
        """Return rows of a kind about the household."""
        with self.office.store.reading() as tx:
            return list(shelf_of(tx).find(kind, {"case_no": self.number, **equals}))

    def take(self, element: str, login: str, **more: Any) -> None:
        """Complete one of several open items of an element as somebody."""
        item = next(row for row in self._items() if row["element_id"] == element)
        actor = self.actor(login)
        work.complete(self.office, actor, item["task_id"], self.walker.answers(item["form"], actor) | more)
        self.settle()

    def variables(self, element: str, login: str = "town_reviewer-1") -> dict[str, Any]:
        """Return what the form of an open item reads, as one of those sees it who may complete it."""
        (item,) = [row for row in self._items() if row["element_id"] == element]
        return dict(work.open_item(self.office, self.actor(login), item["task_id"]).sheet.context)

    @property
    def recipient(self) -> Recipient:
        return self.rows(Recipient)[0]

    @property
    def history(self) -> list[tuple[str, str, str, str]]:
        """Return kind, month, amount and state of each line of his history after the first."""
        lines = sorted(self.rows(RecipientChange), key=lambda one: one.line)
        return [(one.kind, one.effective_month, f"{one.amount_monthly:.2f}", one.state) for one in lines[1:]]

    @property
    def adjustment(self) -> Adjustment:
        return self.rows(Adjustment)[-1]

    def household(self) -> list[str]:
        """Return the names of the members on record."""
        return [str(one["name"]) for one in members_of(self.rows(Household)[0].record)]


def _application(**options: Any) -> dict[str, Any]:
    return forms_data.answers("application", **options)


def _add_household(shelf: Any, number: str, data: dict[str, Any], now: Any, programme: str) -> None:
    submission = Submission(
        id="import-1",
        form="application",
        element_id="",
        process_key="",
        case_no=number,
        record_no="导入1",
        person="",
        person_name="",
        submitted_at=now,
        data=data,
        sha256="",
    )
    record = fold_one(fold(()), submission)
    shelf.add(
        Household(
            case_no=number,
            record=record,
            member_count=len(members_of(record)),
            version=1,
            folded=["import-1"],
            updated_at=now,
        )
    )
    shelf.add(
        HouseholdPerson(
            case_no=number,
            resident_ref=resident_ref(data["applicant_id"]),
            part="applicant",
            programme=programme,
            since=now.date(),
        )
    )
