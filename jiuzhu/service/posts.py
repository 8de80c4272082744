"""The organisations at which a person holds one of certain posts: what lists and books are read by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from jiuzhu.domain.actor import Actor
from jiuzhu.service.desk import Desk
from jiuzhu.store.people import OrganisationRow


def posts_of(
    desk: Desk, actor: Actor, roles: Collection[str], applies: Callable[[str], bool]
) -> Iterator[OrganisationRow]:
    """Yield where a person holds one of these roles, in the order of the groups.

    Args:
        roles: ids of roles; those that the office no longer knows count for nothing.
        applies: whether a district has the thing that is read.
    """
    for group in actor.groups:
        role_id, _, place = group.partition("@")
        if role_id in roles and role_id in desk.office.roles.by_id:
            organisation = desk.office.places.of(desk.tx, place)
            if applies(organisation.district):
                yield organisation
