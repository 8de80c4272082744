"""The year's end in the archive: whoever keeps the dossiers of ended households asks to dispose of them (JC-32)."""

from __future__ import annotations

from collections.abc import Mapping

from jiuzhu.errors import Refused
from jiuzhu.service import dossier_disposal, dossiers, identity, simulating_inflow
from jiuzhu.service.office import Office

REASON = "年终清理：救助已经停止。"


def ask_for_disposal(office: Office, district: str) -> Mapping[str, int]:
    """Ask for the disposal of every dossier whose household is no longer helped; returns how many were asked for, and
    how many had to stay for the years after their end.
    """
    asked: set[str] = set()
    kept: set[str] = set()
    for login in simulating_inflow.holding(office, district, "archive"):
        actor = identity.actor_of(office, login)
        for line in dossiers.list_dossiers(office, actor):
            if line.closed_on is None or line.dossier_no in asked | kept:
                continue
            try:
                dossier_disposal.ask(office, actor, line.dossier_no, REASON)
            except Refused:
                kept.add(line.dossier_no)
            else:
                asked.add(line.dossier_no)
    return {"提请销毁": len(asked), "未到保存年限、不能提请": len(kept)}
