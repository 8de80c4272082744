"""The folder of simulated effects: what would have left the house, one file a key, labelled 模拟."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jiuzhu.errors import WorkerError
from workers.errands.adapters.drop import file_name, write_whole

LABEL = "模拟：没有真正发出"


class Outbox:
    """Writes each effect once: the file's name is made of the key, and a file that exists is not written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, channel: str, key: str, content: Mapping[str, Any]) -> str:
        """Write one effect and return its receipt (``模拟-`` and the file's name).

        Raises:
            WorkerError: the folder cannot be written.
        """
        name = file_name(key)
        path = self._folder / channel / f"{name}.json"
        text = json.dumps({"label": LABEL, "channel": channel, "key": key, **content}, ensure_ascii=False, indent=2)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                write_whole(path, text + "\n")
        except OSError as error:
            raise WorkerError(f"不能写入发件夹：{error.strerror or error}") from error
        return f"模拟-{name}"
