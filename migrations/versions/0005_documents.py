"""Issued documents keep what they say from the moment they are issued; their bytes follow."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PENDING = sa.text("blob_id IS NULL")
# The editions of a record's documents are counted in the order they were issued.
COUNTED = """
    UPDATE document SET edition = (
        SELECT count(*) FROM document AS earlier
        WHERE earlier.record_id = document.record_id AND earlier.kind = document.kind AND earlier.id <= document.id
    )
"""


def upgrade() -> None:
    """Adds what is said, the edition, and the way to the bytes, which may be missing for a moment."""
    op.add_column("document", sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("document", sa.Column("snapshot", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("document", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("document", sa.Column("render_after", sa.DateTime(timezone=True), nullable=True))
    op.execute(COUNTED)
    op.execute("UPDATE document SET render_after = issued_at")
    with op.batch_alter_table("document") as table:
        table.alter_column("blob_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("edition", existing_type=sa.Integer(), server_default=None)
        table.alter_column("snapshot", existing_type=sa.JSON(), server_default=None)
        table.alter_column("attempts", existing_type=sa.Integer(), server_default=None)
        table.alter_column("render_after", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.create_unique_constraint(op.f("uq_document_record_id_kind_edition"), ["record_id", "kind", "edition"])
    op.create_index("ix_document_pending", "document", ["render_after"], sqlite_where=PENDING, postgresql_where=PENDING)


def downgrade() -> None:
    """Takes them away again; a document whose PDF does not exist yet has no place in the older table."""
    op.execute("DELETE FROM document WHERE blob_id IS NULL")
    op.drop_index("ix_document_pending", table_name="document")
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("uq_document_record_id_kind_edition"), type_="unique")
        table.alter_column("blob_id", existing_type=sa.Integer(), nullable=False)
        for name in ("edition", "snapshot", "attempts", "render_after"):
            table.drop_column(name)
