"""Identity: the number of the customer's document, the words that were consented to, evidence that is kept for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Customers of before have no number until the bank, or the sandbox's story, gives one."""
    op.add_column("customers", sa.Column("document_number", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("consents", sa.Column("text", sa.String(length=2000), nullable=False, server_default=""))
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("delete_after", sa.DateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_evidence_action"), "evidence", ["action"], unique=False)
    op.create_index(op.f("ix_evidence_delete_after"), "evidence", ["delete_after"], unique=False)
    op.create_index("ix_evidence_customer_kind", "evidence", ["customer", "kind"], unique=False)
