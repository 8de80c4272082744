"""Authority handed over in phases: what was switched on for a town, and how far each town is (QJ-27 … QJ-33).

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jiuzhu.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authority_grant",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("grant_no", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("devolution_from", sa.Date(), nullable=False),
        sa.Column("devolution_until", sa.Date(), nullable=True),
        sa.Column("legal_form", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("letter_no", sa.Text(), nullable=False),
        sa.Column("phase", sa.BigInteger(), nullable=False),
        sa.Column("switched_at", types.Instant(), nullable=False),
        sa.Column("record_no", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_authority_grant")),
        sa.UniqueConstraint("grant_no", name=op.f("uq_authority_grant_grant_no")),
    )
    with op.batch_alter_table("authority_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authority_grant_district_town"), ["district", "town"], unique=False)

    op.create_table(
        "rollout_town",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("phase", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("record_no", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("letter_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_rollout_town")),
        sa.UniqueConstraint("case_no", "town", name=op.f("uq_rollout_town_case_no_town")),
    )
    with op.batch_alter_table("rollout_town", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rollout_town_case_no"), ["case_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_rollout_town_district_town"), ["district", "town"], unique=False)


def downgrade() -> None:
    op.drop_table("rollout_town")
    op.drop_table("authority_grant")
