"""A folder from which another party's own program takes files: each is laid there once, whole, under a name made of its
key. What was taken stands in the sub-folder ``taken``, so that the same thing is not laid there again."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from jiuzhu.errors import WorkerError


class DropFolder:
    """Lays files into a folder of another party."""

    def __init__(self, folder: Path, *, label: str) -> None:
        """``label`` names the folder in the sentence of an error, such as 代发文件夹."""
        self._folder, self._label = folder, label

    def lay(self, key: str, suffix: str, text: str) -> str:
        """Lay a text there unless the key's file lies there or was taken, and return the file's name.

        Raises:
            WorkerError: the folder cannot be written.
        """
        name = f"{file_name(key)}{suffix}"
        path, taken = self._folder / name, self._folder / "taken" / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not path.exists() and not taken.exists():
                write_whole(path, text)
        except OSError as error:
            raise WorkerError(f"不能写入{self._label}：{error.strerror or error}") from error
        return name


def file_name(key: str) -> str:
    """Return a name for a key's file, without suffix: the same key, the same name."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '-', key)[:60]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def write_whole(path: Path, text: str) -> None:
    """Write a file that is seen whole or not at all. Raises OSError.

    Two runs of one errand may meet here: each writes its own file, the rename leaves one.
    """
    half = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
