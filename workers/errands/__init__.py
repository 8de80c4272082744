"""Errands: what leaves the house. Parked as jobs, worked with no transaction open, safe to run twice.

Each topic has three hands: ``prepare`` reads our tables inside the parking transaction and freezes the inputs as
values, ``errand`` acts outside with the job's key, ``book`` writes what came back inside the finishing transaction.
``adapters`` are the ways out. ``TOPICS`` (contracts, prepare, book) is complete enough to deploy, lint and park;
``build_errands(settings)`` adds the hands that act, and is what the composition root gives to the runner.
May import domain and errors only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jiuzhu.domain.topics import Topic
from jiuzhu.errors import ConfigurationError
from workers.errands import bank_batch, living, means, notify, payment, poverty, sync
from workers.errands.adapters.bank import Bank, HttpBank, OutboxBank
from workers.errands.adapters.bank_files import BankFiles, FolderBankFiles, HttpBankFiles, OutboxBankFiles
from workers.errands.adapters.exchange import Exchange, HttpExchange
from workers.errands.adapters.http import HttpClient
from workers.errands.adapters.mail import Mail, OutboxMail, SmtpMail
from workers.errands.adapters.outbox import Outbox
from workers.errands.adapters.poverty import HttpPovertyRegister, PovertyRegister
from workers.errands.adapters.sms import HttpSms, OutboxSms, Sms
from workers.errands.adapters.systems import FolderSystem, HttpSystem, OtherSystem, OutboxSystem

TOPICS: Mapping[str, Topic] = {
    topic.contract.topic: topic
    for topic in (
        bank_batch.TOPIC,
        living.TOPIC,
        means.TOPIC,
        notify.TOPIC,
        payment.TOPIC,
        poverty.TOPIC,
        sync.TOPIC,
        sync.MONTHLY_TOPIC,
    )
}
"""Errand topics by name, without the outside world: for contracts, ``prepare`` and ``book``."""


def build_errands(
    config: Mapping[str, Mapping[str, Any]],
    *,
    outbox: Path,
    mail_password: str = "",
    exchange: Exchange | None = None,
    mail: Mail | None = None,
    sms: Sms | None = None,
    systems: Mapping[str, OtherSystem] | None = None,
    bank: Bank | None = None,
    bank_files: BankFiles | None = None,
) -> Mapping[str, Topic]:
    """Return the errand topics with their ways out: ``{**workers.TOPICS, **build_errands(...)}`` is the office's table.

    Args:
        config: the tables ``exchange``, ``mail``, ``sms``, ``sync`` and ``bank`` of the settings (``Settings.values``).
        outbox: folder for simulated effects (``settings.home / "outbox"``), used where no address is configured.
        mail_password: ``JIUZHU_MAIL_PASSWORD``.
        exchange, mail, sms, systems, bank, bank_files: ports that replace the configured ones (tests, other offices).

    Nothing is opened here; addresses are checked.

    Raises:
        ConfigurationError: a table is missing, an address is no address, or a party has both an address and a folder.
    """
    for name in ("exchange", "mail", "sms", "sync", "bank"):
        if name not in config:
            raise ConfigurationError(f"settings table [{name}] is missing")
    folder = Outbox(outbox)
    channels = notify.Channels(
        mail=mail or _mail(config["mail"], mail_password, folder),
        sms=sms or _sms(config["sms"], folder),
        staff_domain=str(config["mail"]["staff_domain"]),
    )
    ways_out = {**_systems(config["sync"], folder), **(systems or {})}
    departments = exchange or _exchange(config["exchange"])
    ways = {
        bank_batch.CONTRACT.topic: bank_batch.errand(bank_files or _bank_files(config["bank"], folder)),
        living.CONTRACT.topic: living.errand(departments),
        means.CONTRACT.topic: means.errand(departments),
        notify.CONTRACT.topic: notify.errand(channels),
        payment.CONTRACT.topic: payment.errand(bank or _bank(config["bank"], folder)),
        poverty.CONTRACT.topic: poverty.errand(_poverty(config["sync"])),
        sync.CONTRACT.topic: sync.errand(ways_out),
        sync.MONTHLY.topic: sync.monthly(ways_out),
    }
    return {name: replace(topic, errand=ways[name]) for name, topic in TOPICS.items()}


def _poverty(table: Mapping[str, Any]) -> PovertyRegister | None:
    if not table["poverty_url"]:
        return None
    client = HttpClient(table["poverty_url"], timeout_seconds=table["timeout_seconds"], name="扶贫系统")
    return HttpPovertyRegister(client)


def _exchange(table: Mapping[str, Any]) -> Exchange:
    return HttpExchange(HttpClient(table["url"], timeout_seconds=table["timeout_seconds"], name="数据交换平台"))


def _mail(table: Mapping[str, Any], password: str, outbox: Outbox) -> Mail:
    if not table["host"]:
        return OutboxMail(outbox)
    return SmtpMail(
        host=table["host"],
        port=table["port"],
        sender=table["sender"],
        user=table["user"],
        password=password,
        starttls=table["starttls"],
    )


def _sms(table: Mapping[str, Any], outbox: Outbox) -> Sms:
    if not table["url"]:
        return OutboxSms(outbox)
    return HttpSms(HttpClient(table["url"], timeout_seconds=table["timeout_seconds"], name="短信网关"))


def _bank(table: Mapping[str, Any], outbox: Outbox) -> Bank:
    if not table["url"]:
        return OutboxBank(outbox, table["refused_endings"])
    return HttpBank(HttpClient(table["url"], timeout_seconds=table["timeout_seconds"], name="代发银行"))


def _bank_files(table: Mapping[str, Any], outbox: Outbox) -> BankFiles:
    url, folder = _one_way(table, "batch_url", "batch_folder", "bank")
    if url:
        return HttpBankFiles(HttpClient(url, timeout_seconds=table["timeout_seconds"], name="代发银行"))
    return FolderBankFiles(Path(folder)) if folder else OutboxBankFiles(outbox)


def _systems(table: Mapping[str, Any], outbox: Outbox) -> dict[str, OtherSystem]:
    names = {"filing": "备案平台", "recipient": "救助资金平台", "province": "上级救助信息系统"}
    return {target: _system(table, target, names[target], outbox) for target in sync.SYSTEMS}


def _system(table: Mapping[str, Any], target: str, name: str, outbox: Outbox) -> OtherSystem:
    url, folder = _one_way(table, f"{target}_url", f"{target}_folder", "sync")
    if url:
        return HttpSystem(HttpClient(url, timeout_seconds=table["timeout_seconds"], name=name))
    return FolderSystem(Path(folder), label=name) if folder else OutboxSystem(outbox, target)


def _one_way(table: Mapping[str, Any], address: str, place: str, section: str) -> tuple[str, str]:
    """Return the address and the folder of an outside party, of which one at most may be given."""
    url, folder = str(table.get(address, "")), str(table.get(place, ""))
    if url and folder:
        raise ConfigurationError(f"[{section}] {address} and {place} are both set; a record has one way out")
    return url, folder


__all__ = ["TOPICS", "build_errands"]
