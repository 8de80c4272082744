"""``jiuzhu user``: people, passwords, roles at organisations."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.service import identity


@click.group()
def user() -> None:
    """Add people, set passwords, give roles."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="Name as it is printed on documents.")
@click.option("--role", "roles", multiple=True, metavar="ROLE@ORGANISATION", help="May be given several times.")
@click.password_option()
def add(login: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add a person."""
    office = show.open_office()
    identity.create_person(office, None, login=login, name=name, password=password)
    for group in roles:
        identity.add_membership(office, None, login=login, group=group)
    click.echo(f"{login}: {', '.join(roles) or 'no role yet'}")


@user.command()
@click.argument("login")
@click.password_option()
def password(login: str, password: str) -> None:
    """Set a person's password."""
    identity.set_password(show.open_office(), None, login=login, password=password)
    click.echo(f"{login}: password set")


@user.command()
@click.argument("login")
@click.argument("group", metavar="ROLE@ORGANISATION")
def grant(login: str, group: str) -> None:
    """Give a person a role at an organisation."""
    identity.add_membership(show.open_office(), None, login=login, group=group)
    click.echo(f"{login}: {group}")


@user.command("list")
@show.json_option
def list_(as_json: bool) -> None:
    """List people with their roles."""
    people = identity.list_people(show.open_office())
    if as_json:
        show.print_json(people)
        return
    rows = ({"login": one.login, "name": one.name, "groups": "  ".join(one.groups)} for one in people)
    show.print_rows({"login": "login", "name": "name", "groups": "roles"}, rows, empty="nobody yet")
