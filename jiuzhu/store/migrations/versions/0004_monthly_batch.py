"""Cases that a bureau decides together once a month

Revision 0004, after 0003, 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jiuzhu.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_item",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("item_no", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("applicant_name", types.SealedText(), nullable=False),
        sa.Column("amount", types.Money(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("queued_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("amount_decided", types.Money(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("decided_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_batch_item")),
        sa.UniqueConstraint("item_no", name=op.f("uq_batch_item_item_no")),
    )
    with op.batch_alter_table("batch_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_item_case_no"), ["case_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_batch_item_district_state"), ["district", "state"], unique=False)


def downgrade() -> None:
    op.drop_table("batch_item")
