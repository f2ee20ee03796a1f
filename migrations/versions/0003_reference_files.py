"""Reference documents carry their file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A reference document has a file of its own instead of an address elsewhere."""
    with op.batch_alter_table("reference_document") as table:
        table.add_column(sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("blob_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("file_name", sa.String(length=400), nullable=False, server_default=""))
        table.add_column(sa.Column("content_type", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_reference_document_blob_id"), "blob", ["blob_id"], ["id"], ondelete="RESTRICT"
        )
        table.drop_column("address")
    op.create_index(op.f("ix_reference_document_blob_id"), "reference_document", ["blob_id"])


def downgrade() -> None:
    """Back to an address; the files are lost."""
    op.drop_index(op.f("ix_reference_document_blob_id"), "reference_document")
    with op.batch_alter_table("reference_document") as table:
        table.add_column(sa.Column("address", sa.String(length=600), nullable=False, server_default=""))
        table.drop_constraint(op.f("fk_reference_document_blob_id"), type_="foreignkey")
        for name in ("note", "blob_id", "file_name", "content_type", "size", "stored_at"):
            table.drop_column(name)
