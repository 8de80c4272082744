"""Commands that keep running: web, workers, scheduler, or all in one process."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import click

from jiuzhu.cli import show
from jiuzhu.errors import ConfigurationError
from jiuzhu.service.office import Office

PORT = click.IntRange(1, 65535)

_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option("--port", default=8000, show_default=True, type=PORT, help="Port to listen on.")
_threads = click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(min=1), help="Threads of the web server."
)


def wait_for_signal(stop: threading.Event) -> None:
    """Set ``stop`` at SIGTERM or SIGINT, so that the piece of work at hand is finished first."""

    def _stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)


def web_server(office: Office, host: str, port: int, threads: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return (run, close) of the web server; run blocks until close is called.

    Raises ConfigurationError when the address cannot be listened on.
    """
    from waitress.server import create_server

    from webui import create_app

    _require_address(host, port)
    held = int(office.settings.get("web", "held_polls"))
    # One request is read ahead, so that a long poll learns that its worker has hung up.
    server = create_server(
        create_app(office), host=host, port=port, threads=threads + held, ident="jiuzhu", channel_request_lookahead=1
    )

    def run() -> None:
        server.run()

    def close() -> None:
        server.task_dispatcher.shutdown()
        server.close()

    return run, close


def _require_address(host: str, port: int) -> None:
    """Try the address before anything is built. Raises ConfigurationError when it cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}; choose another --port or --host") from None


def run_all(office: Office, host: str, port: int, threads: int, *, ready: Callable[[], None] | None = None) -> None:
    """Run web, embedded workers and scheduler until a signal; then finish the current pieces."""
    from jiuzhu.runner import Runner
    from jiuzhu.scheduler import Scheduler

    stop = threading.Event()
    wait_for_signal(stop)
    runner, scheduler = Runner(office), Scheduler(office)
    run, close = web_server(office, host, port, threads)
    web = threading.Thread(target=run, name="web", daemon=True)
    runner.start()
    scheduler.start()
    web.start()
    if ready:
        ready()
    stop.wait()
    click.echo("stopping: finishing the work at hand …", err=True)
    close()
    scheduler.stop()
    runner.stop()


@click.command("all")
@_host
@_port
@_threads
def all_in_one(host: str, port: int, threads: int) -> None:
    """Run web, workers and scheduler in one process."""
    run_all(
        show.open_office(),
        host,
        port,
        threads,
        ready=lambda: click.echo(f"http://{host}:{port}  (web, workers, scheduler)"),
    )


@click.command()
@_host
@_port
@_threads
def serve(host: str, port: int, threads: int) -> None:
    """Serve the pages and the REST door; start as many as you like on one database."""
    stop = threading.Event()
    wait_for_signal(stop)
    run, close = web_server(show.open_office(), host, port, threads)
    threading.Thread(target=run, name="web", daemon=True).start()
    click.echo(f"http://{host}:{port}")
    stop.wait()
    close()


@click.command()
@click.option(
    "--threads", default=4, show_default=True, type=click.IntRange(min=1), help="Jobs worked at the same time."
)
@click.option("--topic", "topics", multiple=True, help="Only these topics (default: all).")
@click.option("--once", is_flag=True, help="Work what waits now, then stop.")
@click.option("--engine-rest", "engine", metavar="URL", help="Work the tasks of another engine (Camunda 7, Operaton).")
@click.option("--user", default="", help="Login at the other engine.")
@click.option("--password", default="", envvar="JIUZHU_ENGINE_PASSWORD", help="Its password [JIUZHU_ENGINE_PASSWORD].")
def work(threads: int, topics: tuple[str, ...], once: bool, engine: str | None, user: str, password: str) -> None:
    """Take jobs (means verification, notices by mail or SMS, filing) and work them.

    With --engine-rest the diagrams run on another engine, and this command serves all our topics there, record tasks
    too: register, papers and deadlines stand in our database (one thread; start as many as you like).
    """
    from jiuzhu.runner import Runner

    office = show.open_office()
    if engine is not None:
        work_elsewhere(office, engine, user, password, topics, once=once)
        return
    errands = sorted(name for name, topic in office.topics.items() if topic.errand is not None)
    if unknown := sorted(set(topics) - set(errands)):
        raise click.UsageError(f"no errand has the topic {', '.join(unknown)}; there are {', '.join(errands)}")
    runner = Runner(office, threads=threads, topics=topics or None)
    if once:
        click.echo(f"{runner.drain()} job(s) worked")
        return
    stop = threading.Event()
    wait_for_signal(stop)
    runner.start()
    click.echo("working; SIGTERM finishes the jobs at hand")
    stop.wait()
    runner.stop()


def work_elsewhere(office: Office, url: str, user: str, password: str, topics: tuple[str, ...], *, once: bool) -> None:
    """Serve our topics on another engine until a signal. Raises ConfigurationError (address), UsageError (topic)."""
    from jiuzhu.foreign.client import EngineClient
    from jiuzhu.foreign.runner import ForeignRunner

    if unknown := sorted(set(topics) - set(office.topics)):
        raise click.UsageError(f"there is no topic {', '.join(unknown)}")
    client = EngineClient(url, user, password)
    runner = ForeignRunner(office, client, topics or None)
    if once:
        click.echo(f"{runner.drain()} task(s) worked at {url}")
        return
    stop = threading.Event()
    wait_for_signal(stop)
    click.echo(f"working at {url} (version {client.get('/version')['version']}); SIGTERM finishes the task at hand")
    runner.run(stop)
