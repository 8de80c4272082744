"""Filing receipts by channel; payments made once and the reserve fund

Revision 0003, after 0002, 2026-11-23.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jiuzhu.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The column is added in place: rebuilding the table would lose SQLite's triggers. Rows of before have no channel.
    op.add_column("filing_receipt", sa.Column("channel", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "reserve_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("entry_no", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", types.Money(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reserve_entry")),
        sa.UniqueConstraint("entry_no", name=op.f("uq_reserve_entry_entry_no")),
    )
    with op.batch_alter_table("reserve_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reserve_entry_town"), ["town"], unique=False)

    op.create_table(
        "single_payment",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("payment_no", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("amount", types.Money(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("from_reserve", sa.Boolean(), nullable=False),
        sa.Column("decision_no", sa.Text(), nullable=False),
        sa.Column("receiver", types.SealedText(), nullable=False),
        sa.Column("bank_account", types.SealedText(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("paid_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_single_payment")),
        sa.UniqueConstraint("payment_no", name=op.f("uq_single_payment_payment_no")),
    )
    with op.batch_alter_table("single_payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_single_payment_case_no"), ["case_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_single_payment_town_state"), ["town", "state"], unique=False)


def downgrade() -> None:
    op.drop_table("single_payment")
    op.drop_table("reserve_entry")
    op.drop_column("filing_receipt", "channel")
