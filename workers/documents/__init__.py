"""Documents: Word files and their HTML twins from one set of values.

``fields`` says which values each document needs, ``words`` holds the Chinese words of codes, ``maker`` makes both
forms. Templates are data: ``bpmn/documents/<key>.docx`` and ``<key>.html``. May import domain and errors only.
"""

from workers.documents.application_sheets import APPLICATION_SHEETS
from workers.documents.assessment_sheets import ASSESSMENT_SHEETS
from workers.documents.change_sheets import CHANGES
from workers.documents.entrustment_sheets import ENTRUSTMENT_SHEETS
from workers.documents.fields import Field, Template, catalogue
from workers.documents.letters import LETTERS
from workers.documents.panel_sheets import PANEL_SHEETS
from workers.documents.petition_sheets import PETITION_SHEETS
from workers.documents.referral_sheets import REFERRAL_SHEETS
from workers.documents.report_sheets import REPORT_SHEETS
from workers.documents.review_sheets import REVIEW_SHEETS
from workers.documents.sheets import SHEETS
from workers.documents.supervision_sheets import SUPERVISION_SHEETS
from workers.documents.temp_sheets import TEMP_SHEETS
from workers.documents.year_sheets import YEAR_SHEETS

TEMPLATES = catalogue(
    LETTERS,
    APPLICATION_SHEETS,
    SHEETS,
    ASSESSMENT_SHEETS,
    PANEL_SHEETS,
    TEMP_SHEETS,
    ENTRUSTMENT_SHEETS,
    REFERRAL_SHEETS,
    PETITION_SHEETS,
    REPORT_SHEETS,
    SUPERVISION_SHEETS,
    REVIEW_SHEETS,
    YEAR_SHEETS,
    CHANGES,
)
"""Every document by key."""

__all__ = ["TEMPLATES", "Field", "Template"]
