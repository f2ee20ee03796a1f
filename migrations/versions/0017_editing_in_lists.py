"""Imports that were typed in a list know its query, and lines of an import what their change affects."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; imports from before came from files, and of their effects nothing was noted."""
    with op.batch_alter_table("table_import") as table:
        table.add_column(sa.Column("list_query", sa.Text(), nullable=True))
    with op.batch_alter_table("table_import_line") as table:
        table.add_column(sa.Column("effects", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Takes them away again."""
    with op.batch_alter_table("table_import_line") as table:
        table.drop_column("effects")
    with op.batch_alter_table("table_import") as table:
        table.drop_column("list_query")
