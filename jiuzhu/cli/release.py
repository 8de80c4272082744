"""``jiuzhu release``: what designers deployed is released, or sent back, by a second person."""

from __future__ import annotations

import click

from jiuzhu.cli import show
from jiuzhu.cli.deploy import print_findings
from jiuzhu.errors import DeploymentRefused
from jiuzhu.service import identity, releasing, versions


@click.group()
def release() -> None:
    """Release deployments by a second person: list, show, approve, send back."""


@release.command("list")
@show.as_option
@click.option("--all", "everything", is_flag=True, help="Also what was decided already.")
@show.json_option
def list_(login: str, everything: bool, as_json: bool) -> None:
    """List the deployments that wait for release."""
    office = show.open_office()
    found = versions.deployments(office, identity.actor_of(office, login))
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "state": one.state,
            "state_label": one.state_label,
            "deployed_by": by,
            "deployed_at": one.deployed_at,
            "decided_by": decided,
            "reason": one.reason,
        }
        for one, by, decided in found
        if everything or one.state == "waiting"
    ]
    if as_json:
        show.print_json(rows)
        return
    columns = {"id": "编号", "name": "部署", "state_label": "状态", "deployed_by": "部署人", "deployed_at": "时间", "decided_by": "放行人"}  # fmt: skip # noqa: E501
    show.print_rows(columns, rows, empty="没有待放行的部署。")


@release.command("show")
@click.argument("number")
@show.as_option
@show.json_option
def show_(number: str, login: str, as_json: bool) -> None:
    """Show deployment NUMBER: what is in it, what the checker says."""
    office = show.open_office()
    page = releasing.show(office, identity.actor_of(office, login), number)
    if as_json:
        show.print_json(page)
        return
    click.echo(f"{page.deployment.name}  {page.deployment.state_label}  部署人 {page.deployed_by}")
    for one in page.deployment.definitions:
        now = page.running[one.id]
        same = now is not None and now.sha256 == one.sha256
        was = f"在用第 {now.version} 版" if now else "新增"
        click.echo(f"  {one.key}  第 {one.version} 版（{was}{'，内容相同' if same else ''}）")
    print_findings(page.findings or ())
    if page.why_not:
        click.echo(page.why_not)


@release.command()
@click.argument("number")
@show.as_option
def approve(number: str, login: str) -> None:
    """Release deployment NUMBER, which another person made."""
    office = show.open_office()
    try:
        made = releasing.release(office, identity.actor_of(office, login), number)
    except DeploymentRefused as error:
        print_findings(error.findings)
        raise
    click.echo(f"已放行：{made.name}")


@release.command("return")
@click.argument("number")
@show.as_option
@click.option("--reason", required=True, help="Why: kept with the deployment.")
def return_(number: str, login: str, reason: str) -> None:
    """Send deployment NUMBER back to its deployer."""
    office = show.open_office()
    made = releasing.send_back(office, identity.actor_of(office, login), number, reason)
    click.echo(f"已退回：{made.name}")
