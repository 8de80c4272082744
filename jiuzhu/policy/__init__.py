"""Dated parameters of the districts, each with its source."""

from jiuzhu.policy.catalogue import KeyEntry, PolicyCatalogue, TableEntry
from jiuzhu.policy.district import DistrictPolicy
from jiuzhu.policy.loader import Policies, load_policies

__all__ = ["DistrictPolicy", "KeyEntry", "Policies", "PolicyCatalogue", "TableEntry", "load_policies"]
