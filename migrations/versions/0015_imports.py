"""Imports of tables: a file's lines as they were understood, and what they do."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = "state IN ('planned', 'done')"
RESULTS = "result IN ('wrong', 'created', 'changed', 'same')"


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "table_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("operator_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_table_import_state_is_known")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_table_import_operator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import")),
    )
    op.create_index(op.f("ix_table_import_table_name_id"), "table_import", ["table_name", "id"])
    op.create_index(op.f("ix_table_import_operator_id"), "table_import", ["operator_id"])
    op.create_table(
        "table_import_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.CheckConstraint("line BETWEEN 1 AND 2000000000", name=op.f("ck_table_import_line_line_is_known")),
        sa.CheckConstraint("row_id BETWEEN 0 AND 2000000000", name=op.f("ck_table_import_line_row_id_is_known")),
        sa.CheckConstraint(RESULTS, name=op.f("ck_table_import_line_result_is_known")),
        sa.ForeignKeyConstraint(
            ["table_import_id"],
            ["table_import.id"],
            name=op.f("fk_table_import_line_table_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import_line")),
        sa.UniqueConstraint("table_import_id", "line", name=op.f("uq_table_import_line_table_import_id_line")),
    )
    op.create_index(
        op.f("ix_table_import_line_table_import_id_result_line"),
        "table_import_line",
        ["table_import_id", "result", "line"],
    )


def downgrade() -> None:
    """Takes them away again; what was imported stays, and its events."""
    op.drop_table("table_import_line")
    op.drop_table("table_import")
