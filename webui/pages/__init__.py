"""The pages, one module and one blueprint per subject. Each view: parse, one service call, render."""

from __future__ import annotations

from flask import Blueprint

from webui.pages import (
    account,
    alerts,
    authority,
    cases,
    contests,
    demo,
    documents,
    inbox,
    incidents,
    login,
    messages,
    notices,
    petitions,
    policy,
    processes,
    rating,
    refusals,
    registers,
    schedules,
    sheets,
    sittings,
    start,
    window,
    work,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    login.pages,
    inbox.pages,
    alerts.pages,
    account.pages,
    work.pages,
    start.pages,
    messages.pages,
    cases.pages,
    documents.pages,
    incidents.pages,
    processes.pages,
    notices.pages,
    petitions.pages,
    sheets.pages,
    authority.pages,
    sittings.pages,
    contests.pages,
    registers.pages,
    schedules.pages,
    policy.pages,
    refusals.pages,
    window.pages,
    rating.pages,
    demo.pages,
)
