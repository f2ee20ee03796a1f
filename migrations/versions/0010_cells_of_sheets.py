"""What stands in the cells of an uploaded sheet, for comparing versions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; sheets that came before are not compared."""
    with op.batch_alter_table("upload") as table:
        table.add_column(sa.Column("cells", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Takes it away again: the sheets themselves stay."""
    with op.batch_alter_table("upload") as table:
        table.drop_column("cells")
