"""Make ``bpmn/documents`` (Word templates and HTML twins) and ``docs/documents.md``.

    python -m tools.make_documents            write everything
    python -m tools.make_documents --check    fail when a committed file differs from what this script makes

An office may edit the Word files by hand; then it owns them, and this script is run with the changed paper only.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from tools.documents.applications import APPLICATIONS
from tools.documents.assessments import ASSESSMENTS
from tools.documents.changes import CHANGES
from tools.documents.entrustments import ENTRUSTMENTS
from tools.documents.findings import FINDINGS
from tools.documents.letters import LETTERS
from tools.documents.office_year import OFFICE_YEAR
from tools.documents.panels import PANELS
from tools.documents.petitions import PETITIONS
from tools.documents.reference import reference
from tools.documents.referrals import REFERRALS
from tools.documents.reports import REPORTS
from tools.documents.reviews import REVIEWS
from tools.documents.sheets import SHEETS
from tools.documents.supervision import SUPERVISION
from tools.documents.temporary import TEMPORARY
from tools.documents.twins import twin
from tools.documents.word import word
from workers.documents import TEMPLATES
from workers.documents.maker import EPOCH

ROOT = Path(__file__).resolve().parent.parent
PAPERS = (
    *APPLICATIONS,
    *LETTERS,
    *FINDINGS,
    *SHEETS,
    *PANELS,
    *ASSESSMENTS,
    *TEMPORARY,
    *ENTRUSTMENTS,
    *REFERRALS,
    *PETITIONS,
    *OFFICE_YEAR,
    *REPORTS,
    *SUPERVISION,
    *REVIEWS,
    *CHANGES,
)


def made() -> dict[Path, bytes]:
    """Return every file with its content; raises SystemExit when papers and value table do not match."""
    keys = {paper.key for paper in PAPERS}
    if keys != set(TEMPLATES):
        raise SystemExit(f"papers and values differ: {sorted(keys ^ set(TEMPLATES))}")
    files: dict[Path, bytes] = {ROOT / "docs/documents.md": reference().encode()}
    for paper in PAPERS:
        files[ROOT / f"bpmn/documents/{paper.key}.docx"] = _stamped(word(paper))
        files[ROOT / f"bpmn/documents/{paper.key}.html"] = twin(paper).encode()
    return files


def _stamped(data: bytes) -> bytes:
    """Return the Word file with fixed time stamps, so that making it again changes nothing."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as parts, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as stamped:
        for name in parts.namelist():
            stamped.writestr(zipfile.ZipInfo(name, EPOCH), parts.read(name), zipfile.ZIP_DEFLATED)
    return result.getvalue()


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    check = parser.parse_args().check
    files = made()
    differing = [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    for path in differing:
        print(("differs: " if check else "written: ") + str(path.relative_to(ROOT)))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path])
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
