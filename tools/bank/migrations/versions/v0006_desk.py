"""The staff desk: who holds a case and how it ended, what was said in it, colleagues and their sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who waited before keeps their place."""
    op.add_column("handoffs", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("handoffs", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("handoffs", sa.Column("video", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("handoffs", sa.Column("staff", sa.String(length=40), nullable=True))
    for moment in ("taken", "seen", "ended", "callback"):
        op.add_column("handoffs", sa.Column(moment, sa.DateTime(), nullable=True))
    op.add_column("handoffs", sa.Column("outcome", sa.String(length=20), nullable=True))
    op.execute(
        "UPDATE handoffs SET number = (SELECT COUNT(*) FROM handoffs AS other WHERE other.at < handoffs.at"
        " OR (other.at = handoffs.at AND other.id <= handoffs.id))"
    )
    op.create_table(
        "desk_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_desk_events_case"), "desk_events", ["case"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("seen", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff", sa.String(length=40), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("used", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_staff_sessions_staff"), "staff_sessions", ["staff"], unique=False)
