"""Whatever a walk proves, it also keeps the orders that clauses fix for the year."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows import NOTED
from tests.orders import too_early


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a walk that passed although something was done too early in one of its offices."""
    yield
    if item.get_closest_marker("walks") is not None and item.get_closest_marker("spoilt") is None:
        assert [early for office in NOTED.offices for early in too_early(office)] == []
