"""The desk's daily work: bulk acts with their rows, internal notes, and the inbox in its order."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three new tables and an index."""
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=240), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("operator_name", sa.String(length=120), nullable=False),
        sa.Column("repeats_id", sa.Integer(), nullable=True),
        sa.Column("mail_count", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["operator.id"], name=op.f("fk_bulk_act_assignee_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_bulk_act_operator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repeats_id"], ["bulk_act.id"], name=op.f("fk_bulk_act_repeats_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
    )
    op.create_index(op.f("ix_bulk_act_state_id"), "bulk_act", ["state", "id"], unique=False)
    op.create_index(op.f("ix_bulk_act_operator_id_id"), "bulk_act", ["operator_id", "id"], unique=False)
    op.create_table(
        "bulk_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_act_id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_act_id"], ["bulk_act.id"], name=op.f("fk_bulk_row_bulk_act_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("bulk_act_id", "row_id", name=op.f("uq_bulk_row_bulk_act_id_row_id")),
    )
    op.create_index(
        op.f("ix_bulk_row_bulk_act_id_result_id"), "bulk_row", ["bulk_act_id", "result", "id"], unique=False
    )
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["operator.id"], name=op.f("fk_internal_note_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_internal_note_record_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    op.create_index(op.f("ix_internal_note_record_id_id"), "internal_note", ["record_id", "id"], unique=False)
    op.create_index(
        op.f("ix_record_side_status_changed_at_id"), "record", ["side", "status_changed_at", "id"], unique=False
    )


def downgrade() -> None:
    """Back to what was there before."""
    op.drop_index(op.f("ix_record_side_status_changed_at_id"), table_name="record")
    for name in ("internal_note", "bulk_row", "bulk_act"):
        op.drop_table(name)
