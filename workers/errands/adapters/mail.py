"""Letters by e-mail: SMTP, or the outbox."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol

from jiuzhu.errors import WorkerError
from workers.errands.adapters.outbox import Outbox

PASSING_FROM, PASSING_TO = 400, 500
"""SMTP replies in this range are temporary (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came back: ``simulated`` true when nothing left the house."""

    receipt: str
    simulated: bool


class AddressRefused(WorkerError):
    """There is no such mailbox or number: trying again cannot help, and nobody but the addressee is concerned."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class Mail(Protocol):
    """Sends one letter. The key becomes the Message-ID, so a letter sent twice is one letter to its reader."""

    def send(self, key: str, address: str, subject: str, text: str) -> Sent:
        """Raises AddressRefused, WorkerError."""
        ...


class SmtpMail:
    """SMTP with STARTTLS and login where configured."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        user: str = "",
        password: str = "",
        starttls: bool = False,
        timeout_seconds: float = 15.0,
    ) -> None:
        self._host, self._port, self._sender = host, port, sender
        self._user, self._password, self._starttls = user, password, starttls
        self._timeout = timeout_seconds

    def send(self, key: str, address: str, subject: str, text: str) -> Sent:
        """Send one letter. Raises AddressRefused, and WorkerError: permanent when the server refuses for good (5xx)."""
        number = message_id(key, self._sender)
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = self._sender, address, subject
        letter["Message-ID"], letter["Auto-Submitted"] = number, "auto-generated"
        letter.set_content(text)
        try:
            with smtplib.SMTP(self._host, self._port, timeout=self._timeout) as server:
                if self._starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            refused = _refused(code, reply)
            raise (AddressRefused(str(refused)) if refused.permanent else refused) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise WorkerError(f"邮件服务器不支持所配置的方式：{error}", permanent=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise WorkerError(f"邮件服务器没有应答：{error}") from error
        return Sent(receipt=number, simulated=False)


class OutboxMail:
    """Writes letters into the outbox: the default where no mail server is configured."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def send(self, key: str, address: str, subject: str, text: str) -> Sent:
        """Write one letter. Raises WorkerError when the folder cannot be written."""
        receipt = self._outbox.put("mail", key, {"to": address, "subject": subject, "text": text})
        return Sent(receipt=receipt, simulated=True)


def message_id(key: str, sender: str) -> str:
    """Return the Message-ID of a key: the same for every try."""
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "." for letter in key).strip(".")
    return f"<{safe}@{sender.rpartition('@')[2] or 'localhost'}>"


def _refused(code: int, reply: bytes | str) -> WorkerError:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return WorkerError(f"邮件服务器拒绝：{code} {text}", permanent=not PASSING_FROM <= code < PASSING_TO)
