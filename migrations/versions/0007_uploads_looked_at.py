"""An upload knows its pages and the request number that its paper bears."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that are there already were not looked at: no pages to show, no number."""
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("page_count", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("number_found", sa.String(length=8), nullable=True))


def downgrade() -> None:
    """Forgets both."""
    with op.batch_alter_table("upload") as table:
        table.drop_column("page_count")
        table.drop_column("number_found")
