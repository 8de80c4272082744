"""Tables of the house itself; those of record kinds are made from their dataclasses in ``jiuzhu.store.kinds``.

One row per thing, names singular. A module per subject; import the tables from here.
"""

from jiuzhu.store.tables.deployed import bundle, definition, deployment, deployment_resource, resource
from jiuzhu.store.tables.done import attachment, audit, draft, message_row, passage, signature, submission
from jiuzhu.store.tables.foreign import foreign_instance, foreign_task
from jiuzhu.store.tables.installation import office_audit, office_clock, refusal, series
from jiuzhu.store.tables.metadata import Counted, metadata
from jiuzhu.store.tables.people import membership, organisation, person, recusal, session
from jiuzhu.store.tables.running import case_instance, incident, trial_row, waiting, work_item

__all__ = [
    "Counted",
    "attachment",
    "audit",
    "bundle",
    "case_instance",
    "definition",
    "deployment",
    "deployment_resource",
    "draft",
    "foreign_instance",
    "foreign_task",
    "incident",
    "membership",
    "message_row",
    "metadata",
    "office_audit",
    "office_clock",
    "organisation",
    "passage",
    "person",
    "recusal",
    "refusal",
    "resource",
    "series",
    "session",
    "signature",
    "submission",
    "trial_row",
    "waiting",
    "work_item",
]
