"""A note or a file knows the page that sent it, so that a form that is sent twice is kept once."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("internal_note", "upload")


def upgrade() -> None:
    """A column and a unique index each; what was sent before has none."""
    for table in TABLES:
        op.add_column(table, sa.Column("sent_key", sa.String(255), nullable=True))
        op.create_index(f"uq_{table}_sent_key", table, ["record_id", "sent_key"], unique=True)


def downgrade() -> None:
    """Takes them away again."""
    for table in TABLES:
        op.drop_index(f"uq_{table}_sent_key", table)
        op.drop_column(table, "sent_key")
