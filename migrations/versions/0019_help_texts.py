"""Help texts of fields in the desk's words."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; without rows the declared texts stand."""
    op.create_table(
        "help_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_text")),
        sa.UniqueConstraint("field_key", name=op.f("uq_help_text_field_key")),
    )


def downgrade() -> None:
    """Takes it away again: the declared texts stand."""
    op.drop_table("help_text")
