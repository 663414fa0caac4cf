"""After-care: which number a message went to, what a case is about, when the phone number on file was changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Messages of before went to the number that was on file then."""
    op.add_column("messages", sa.Column("number", sa.String(length=20), nullable=True))
    op.execute("UPDATE messages SET number = (SELECT phone FROM customers WHERE customers.id = messages.customer)")
    op.add_column("cases", sa.Column("subject", sa.String(length=60), nullable=False, server_default=""))
    op.create_table(
        "phone_changes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("old", sa.String(length=20), nullable=False),
        sa.Column("new", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("archived", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_phone_changes_customer"), "phone_changes", ["customer"], unique=False)
