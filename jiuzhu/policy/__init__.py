"""Dated parameters of the districts, each with its source, and the calendar's notices."""

from jiuzhu.policy.ambiguities import Ambiguity
from jiuzhu.policy.catalogue import KeyEntry, PolicyCatalogue, TableEntry
from jiuzhu.policy.district import DistrictPolicy
from jiuzhu.policy.loader import Policies, load_policies
from jiuzhu.policy.notices import load_calendar

__all__ = [
    "Ambiguity",
    "DistrictPolicy",
    "KeyEntry",
    "Policies",
    "PolicyCatalogue",
    "TableEntry",
    "load_calendar",
    "load_policies",
]
