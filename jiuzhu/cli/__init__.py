"""The command line: one command with sub-commands; ``jiuzhu --help`` is the operations manual.

Every command reaches the same service functions as the pages do. ``--json`` prints Camunda's key names where they
exist. Exit status: 0 done, 1 refused (the sentence says what to do), 2 failed or wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from jiuzhu.cli import (
    alerts,
    authority,
    bench,
    campaign,
    case,
    clock,
    contest,
    demo,
    deploy,
    dossier,
    event_log,
    inbox,
    move,
    operate,
    payment,
    policy,
    poverty_list,
    recipient,
    refusals,
    register,
    release,
    report,
    sample,
    schedule,
    simulate,
    sitting,
    takeover,
    trace,
    user,
    walk_test,
    window,
)
from jiuzhu.errors import Failed, Invalid, Refused
from jiuzhu.logs import configure_logs


class _Manual(click.Group):
    """Lists the commands in the order of the day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Manual, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="jiuzhu")
def cli() -> None:
    """救助: social-assistance procedures drawn in BPMN.

    \b
    A first day      jiuzhu demo                        everything with made-up people, http://127.0.0.1:8000
    Production       jiuzhu migrate                     create or upgrade the database
                     jiuzhu deploy bpmn                 deploy all diagrams, tables and forms
                     jiuzhu release list|show|approve|return   a designer's deployment, by a second person
                     jiuzhu user add ...                people and their roles
                     jiuzhu all                         web, workers and scheduler in one process, or
                     jiuzhu serve | work | schedule     one of them each, any number, on one database
    Every day        jiuzhu inbox --as LOGIN            what waits for a person
                     jiuzhu alerts --as LOGIN           what is late or needs an eye
                     jiuzhu case list|show|start|complete|message
                     jiuzhu sitting list|open|show|sign|convene|out|recuse|close|minutes
                     jiuzhu contest mine|deny|list|settle|sign   signatures entered from paper
                     jiuzhu payment list|show|file|import-result|transfers   each month's payment
                     jiuzhu register list|show|add      registers that are data
                     jiuzhu poverty-list import|list    the list that is compared with the dibao register
                     jiuzhu report list|show|xlsx       reports, counted when they are asked for
                     jiuzhu authority show|explain      who may decide, and why; catalogue, seals
                     jiuzhu window show --as LOGIN      the service window's day
                     jiuzhu sample list|show|verify|replace   samples; anybody can draw them again
                     jiuzhu simulate FILE.bpmn          try a diagram that is not deployed
                     jiuzhu simulate year --district ID  a year of made-up cases in virtual time
                     jiuzhu test bpmn                   replay the recorded walks beside the diagrams
                     jiuzhu import template|check|submit|release|undo|list   households that are helped already
                     jiuzhu dossier show|export|verify|dispose   one file for each household
                     jiuzhu schedule list|next|turns|run|pause|resume|explain   what falls due by the calendar
                     jiuzhu recipient list|show         who receives what, with history and actions
                     jiuzhu campaign list|show|dry-run|start|pause|resume|progress   reviews of recipients
                     jiuzhu modeler-kit FILE.zip        templates and linter for Camunda Modeler
                     jiuzhu move-cases try|submit|release|undo|list   running cases to another version
                     jiuzhu event-log --district ID --out FILE   what happened, for process-mining tools (XES, CSV)

    \b
    Settings come from config/default.toml, config/<JIUZHU_ENV>.toml and the environment:
      JIUZHU_ENV           production (default) or demo
      JIUZHU_DATABASE_URL  sqlite:///... or postgresql+psycopg://...; default a file in JIUZHU_HOME
      JIUZHU_BROKER_URL    message broker for workers on other machines; empty: embedded threads
      JIUZHU_HOME          folder for database, attachments and documents
      JIUZHU_SECRET_KEY    key for sessions and personal data (or JIUZHU_SECRET_KEY_FILE)
      JIUZHU_NOW           office date, demo only
    """


for command in (
    demo.demo,
    operate.all_in_one,
    operate.serve,
    operate.work,
    recipient.recipient,
    sample.sample,
    schedule.schedule,
    deploy.migrate,
    deploy.deploy,
    release.release,
    deploy.lint,
    deploy.templates,
    deploy.modeler_kit,
    inbox.inbox,
    alerts.alerts,
    case.case,
    sitting.sitting,
    contest.contest,
    clock.clock,
    user.user,
    simulate.simulate,
    walk_test.test,
    bench.bench,
    register.register,
    poverty_list.poverty_list,
    payment.payment,
    campaign.campaign,
    report.report,
    window.window,
    takeover.import_,
    dossier.dossier,
    trace.trace,
    policy.policy,
    refusals.refusals,
    event_log.event_log,
    move.move_cases,
    authority.authority,
):
    cli.add_command(command)


def _require_readable(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no text in the terminal's encoding. Raises UsageError."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as error:
            raise click.UsageError(f"not readable as text: {argument.encode('ascii', 'replace').decode()}") from error


def main() -> None:
    """Run the command line and turn the error tree into exit codes. Logs go to standard error, answers to output."""
    configure_logs()
    try:
        _require_readable(sys.argv[1:])
        code = cli.main(standalone_mode=False)  # the code of an Exit is returned, not raised
        if isinstance(code, int):
            sys.exit(code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read our output has stopped reading (``| head``).
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 -- for the interpreter's own last flush
        sys.exit(1)
    except OSError as error:
        click.echo(f"failed: {error}", err=True)
        sys.exit(2)
    except Refused as error:
        click.echo(error.sentence, err=True)
        if isinstance(error, Invalid):
            for path, sentence in error.faults.items():
                click.echo(f"  {path}: {sentence}", err=True)
        sys.exit(1)
    except Failed as error:
        click.echo(f"failed: {error}", err=True)
        sys.exit(2)
