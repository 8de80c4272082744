"""Which parameters are in force in a district on a day, and what the seeds leave open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request

from jiuzhu.domain.requirements import PARTS
from jiuzhu.errors import Invalid, NotFound
from jiuzhu.policy.subjects import OTHER, SUBJECTS, subject_of
from jiuzhu.service import visibility
from jiuzhu.service.policy_sheet import PolicyLine, policy_sheet
from webui.office import current_actor, current_office, today

pages = Blueprint("policy", __name__)


@pages.get("/policy")
def show() -> str:
    """Show the parameters of a district on a day; at first those of the person's own district today."""
    office = current_office()
    districts = [(key, one.name) for key, one in office.policies.districts.items()]
    district = request.args.get("district", "") or own_district()
    wanted, prefix = request.args.get("on", "").strip()[:20], request.args.get("key", "").strip()[:80]
    sheet, problem = None, ""
    try:
        day = date.fromisoformat(wanted) if wanted else today()
        sheet = policy_sheet(office.policies, office.settings.root / "config", district, day, prefix)
    except ValueError:
        problem = f"“{wanted}”不是日期，请写成 2021-10-11 这样。"
    except (NotFound, Invalid) as error:
        problem = error.sentence
    return render_template(
        "policy.html",
        districts=districts,
        district=district,
        on=wanted or today().isoformat(),
        prefix=prefix,
        sheet=sheet,
        subjects=by_subject(sheet.lines if sheet else ()),
        problem=problem,
        questions=[one for one in office.policies.ambiguities if district in one.districts],
        before=PARTS[0],
    )


def by_subject(lines: Sequence[PolicyLine]) -> Sequence[tuple[str, Sequence[PolicyLine]]]:
    """Return the lines under the headings of their subjects, in the order of the headings."""
    found: dict[str, list[PolicyLine]] = {subject: [] for subject in (*SUBJECTS, OTHER)}
    for line in lines:
        found[subject_of(line.key)].append(line)
    return [(subject, inside) for subject, inside in found.items() if inside]


def own_district() -> str:
    """Return the first district of the person's posts that has parameters, else the first of all."""
    office = current_office()
    known = office.policies.districts
    own = (one for one in visibility.districts_of(office, current_actor()) if one in known)
    return next(own, next(iter(known)))
