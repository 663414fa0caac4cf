"""Consents can be withdrawn, and what is to be forgotten of a customer then is remembered until it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was given before stays in force."""
    op.add_column("consents", sa.Column("withdrawn", sa.DateTime(), nullable=True))
    op.create_table(
        "forgettings",
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("customer"),
    )
