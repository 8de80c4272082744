"""A dossier's package: files beside MANIFEST, which lists the SHA-256 of each as ``sha256sum`` writes it.

Verifying needs nothing but the file: whoever holds a package can see whether it is whole.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MANIFEST = "MANIFEST"
MOST_FILES = 20_000
MOST_BYTES = 2 * 1024 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PART = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What verifying found."""

    files: int
    manifest_sha256: str
    faults: Sequence[str]

    @property
    def holds(self) -> bool:
        """True when every file is as the manifest says, none is missing and none was added."""
        return not self.faults


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the list of hashes, by path."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def pack(files: Mapping[str, bytes], at: datetime) -> tuple[bytes, str]:
    """Return the package and the hash of its manifest; the same files at the same instant make the same bytes."""
    manifest = manifest_of(files)
    out = io.BytesIO()
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in [(MANIFEST, manifest), *sorted(files.items())]:
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            parcel.writestr(info, content)
    return out.getvalue(), hashlib.sha256(manifest).hexdigest()


def verify(data: bytes) -> Verified:
    """Check a package against its own list of hashes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parcel:
            return _verified(parcel)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return Verified(files=0, manifest_sha256="", faults=["这不是档案包，或者文件已经损坏"])


def _verified(parcel: zipfile.ZipFile) -> Verified:
    entries = parcel.infolist()
    names = [one.filename for one in entries]
    if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES:
        return Verified(files=len(entries), manifest_sha256="", faults=["文件太多或太大，不是本系统导出的档案包"])
    if MANIFEST not in names:
        return Verified(files=len(entries), manifest_sha256="", faults=[f"缺少 {MANIFEST}"])
    manifest = parcel.read(MANIFEST)
    wanted: dict[str, str] = {}
    faults: list[str] = []
    for number, line in enumerate(manifest.decode("utf-8", "replace").splitlines(), start=1):
        parts = _LINE.fullmatch(line)
        if parts is None:
            faults.append(f"{MANIFEST} 第{number}行不成格式")
        else:
            wanted[parts[2]] = parts[1]
    faults += [f"多出的文件：{name}" for name in names if name != MANIFEST and name not in wanted]
    faults += [f"出现两次的文件：{name}" for name in dict.fromkeys(names) if names.count(name) > 1]
    for name, digest in wanted.items():
        if name not in names:
            faults.append(f"缺少文件：{name}")
        elif _digest(parcel, name) != digest:
            faults.append(f"内容与校验值不符：{name}")
    return Verified(files=len(wanted), manifest_sha256=hashlib.sha256(manifest).hexdigest(), faults=faults)


def _digest(parcel: zipfile.ZipFile, name: str) -> str:
    found = hashlib.sha256()
    with parcel.open(name) as part:
        while chunk := part.read(_PART):
            found.update(chunk)
    return found.hexdigest()
