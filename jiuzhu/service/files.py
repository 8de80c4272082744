"""Bytes outside the database: content-addressed files behind fsspec, sealed like everything personal."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import fsspec

from jiuzhu.errors import NotFound
from jiuzhu.store import Keyring

PURPOSE = "files"


class FileShelf:
    """A folder, or S3-compatible storage, in which a file's name is the hash of its content."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self._system, self._root = _open(url)
        self._keyring = keyring

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256; storing the same bytes again changes nothing."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not self._system.exists(path):
            self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            # Written beside and moved: a reader never meets half a file.
            part = f"{path}.{uuid.uuid4().hex}"
            with self._system.open(part, "wb") as file:
                file.write(self._keyring.seal(data, PURPOSE))
            self._system.mv(part, path)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of a hash. Raises NotFound."""
        try:
            with self._system.open(self._path(digest), "rb") as file:
                sealed: bytes = file.read()
        except FileNotFoundError as error:
            raise NotFound("文件不在存储中。") from error
        return self._keyring.open(sealed, PURPOSE)

    def forget(self, digest: str) -> None:
        """Remove the bytes of a hash; one that is not there is no fault. The caller knows that nobody needs them."""
        if self._system.exists(self._path(digest)):
            self._system.rm(self._path(digest))

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"


def _open(url: str) -> tuple[Any, str]:
    system, root = fsspec.core.url_to_fs(url)
    return system, str(root).rstrip("/")
