"""Encryption at rest: AES-256-GCM under keys derived from the one secret; the null key in the demo.

A sealed value begins with a format byte: 0 = plain (null key), 1 = AES-GCM with a 12 byte nonce.
The *purpose* (``personal``, ``case:<district>``) selects the derived key and is authenticated, so that a value cannot
be moved from one district's column to another's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jiuzhu.errors import Failed

PLAIN = b"\x00"
AES_GCM = b"\x01"
NONCE = 12
PERSONAL = "personal"


class SealBroken(Failed):
    """A sealed value was changed, or sealed with another secret."""


class Keyring:
    """All keys of one installation. An empty secret is the null key: values are stored as they are."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = lru_cache(maxsize=64)(self._derive_cipher)
        self._index_key = self._derive("index") if secret else b"null"

    def seal(self, plain: bytes, purpose: str = PERSONAL) -> bytes:
        """Return the bytes to store."""
        if not self._secret:
            return PLAIN + plain
        nonce = os.urandom(NONCE)
        return AES_GCM + nonce + self._cipher(purpose).encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str = PERSONAL) -> bytes:
        """Return the bytes that were sealed. Raises SealBroken."""
        if sealed[:1] == PLAIN and not self._secret:
            return sealed[1:]
        if sealed[:1] != AES_GCM or not self._secret:
            raise SealBroken("value is sealed with another kind of key than this installation has")
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        try:
            return self._cipher(purpose).decrypt(nonce, body, purpose.encode())
        except InvalidTag as error:
            raise SealBroken("value was changed, or sealed with another secret") from error

    def index(self, text: str) -> str:
        """Return a keyed hash, for columns that are looked up by equality but must not show the value."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()

    def _derive(self, purpose: str) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=b"jiuzhu", info=purpose.encode()).derive(self._secret)

    def _derive_cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self._derive(purpose))
