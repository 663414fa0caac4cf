"""Accounts that are opened since: what they are bound to, ratings for limits, appointments at a branch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Customers known before get the middle rating until the bank rates them."""
    op.add_column("customers", sa.Column("rating", sa.String(length=1), nullable=False, server_default="B"))
    op.add_column(
        "accounts",
        sa.Column("bound_to", sa.String(length=40), sa.ForeignKey("accounts.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("accounts", sa.Column("archived", sa.DateTime(), nullable=True))
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("archived", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_appointments_customer"), "appointments", ["customer"], unique=False)
