"""The diagrams of money spoilt on purpose and deployed in the real office: nothing is paid that was not looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiuzhu.errors import JiuzhuError
from jiuzhu.service import clock, deployment, schedules
from jiuzhu.service.office import Office, system_actor
from tests.conftest import OfficeMaker
from tests.forms_people import VILLAGE, resident_id
from tests.matters import Matter
from tests.payments import Batch, add_recipient, only
from tests.process.diagram_files import load
from tests.process.mutations import Mutation

pytestmark = pytest.mark.spoilt
BATCH, FUND = "shared_payment_batch", "shared_reserve_fund"
SPOILT = [
    Mutation(key=BATCH, what="without", elements=("Task_CheckBatch",)),
    Mutation(key=BATCH, what="without", elements=("Service_DeceasedCheck",)),
    Mutation(key=BATCH, what="without", elements=("Service_Reconcile",)),
    Mutation(key=BATCH, what="swapped", elements=("Task_MakeBatch", "Task_CheckBatch")),
    Mutation(key=FUND, what="without", elements=("Task_Reconcile",)),
    Mutation(key=FUND, what="without", elements=("Task_ApproveTopUp",)),
]


def pay(office: Office) -> None:
    """Pay a month with one of the living and one who is registered as dead, as the diagram says."""
    only(office, "payment_batch")
    add_recipient(office, 1)
    add_recipient(office, 2, name="示例申", id=resident_id("19400101", 501))
    batch = Batch(office)
    batch.until("2026-10-01")
    batch.take("2026-10")
    batch.make()
    batch.check()
    batch.answer()
    assert batch.ends() == ["End_BatchPaid"]
    assert {one.recipient_no for one in batch.lines().values() if one.state == "paid"} == {"jincheng-0001"}
    audited = batch.walker.rows("select act from audit where case_no = :case_no")
    assert {"life_checked", "batch_compared", "bank_sent", "batch_posted"} <= {row["act"] for row in audited}


def fill_up(office: Office) -> None:
    """Reconcile a town's fund and fill it up, as the diagram says."""
    only(office, "reserve_reconcile")
    clock.advance_clock(office, None, timedelta(days=15))
    schedules.keep_schedules(office)
    made = Matter(office, "ninghe")
    (row,) = made.walker.rows(
        "select record_no from schedule_occurrence where scope = :town", town=VILLAGE["ninghe"][:9]
    )
    made.walker.case_no = row["record_no"]
    made.do("Task_ConfirmStatement", "town_finance-1", counted_balance="20000.00", topup_amount="100.00")
    made.do("Task_Reconcile", "county_payment-1")
    made.do("Task_ApproveTopUp", "county_leader-1", topup_granted="100.00")
    assert made.ends() == ["End_ToppedUp"]


@pytest.mark.parametrize("mutation", SPOILT, ids=str)
def test_a_spoilt_diagram_pays_nothing_unseen(mutation: Mutation, make_office: OfficeMaker) -> None:
    assert _notices(make_office(), mutation.key, mutation.apply(load()[mutation.key]))


@pytest.mark.parametrize("key", [BATCH, FUND])
def test_the_diagrams_themselves_pass(key: str, make_office: OfficeMaker) -> None:
    """What fails above fails for the mutation, not for the deployment."""
    assert not _notices(make_office(), key, load()[key].path.read_bytes() + b"<!-- the same -->")


def _notices(office: Office, key: str, data: bytes) -> bool:
    path = load()[key].path
    try:
        deployment.deploy(office, system_actor(), "spoilt", {f"{path.parent.name}/{path.name}": data}, "spoilt")
        (pay if key == BATCH else fill_up)(office)
    except (AssertionError, JiuzhuError, ValueError):  # ValueError: the item that should be open is not
        return True
    return False
