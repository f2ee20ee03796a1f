"""What a customer has seen, links that prove a mail address, remarks pinned to fields, texts of the status guide."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns and two tables."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("seen_up_to", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("password_link") as table:
        table.add_column(sa.Column("new_mail", sa.String(length=254), nullable=True))
    op.create_table(
        "status_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_text")),
        sa.UniqueConstraint("workflow", "status", name=op.f("uq_status_text_workflow_status")),
    )
    op.create_table(
        "field_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("field_name", sa.String(length=60), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_field_remark_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_field_remark_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_remark")),
        sa.UniqueConstraint("event_id", "field_name", name=op.f("uq_field_remark_event_id_field_name")),
    )
    op.create_index(op.f("ix_field_remark_record_id"), "field_remark", ["record_id"])


def downgrade() -> None:
    """Takes them away again; a link to a mail address sets no password, so that it goes first."""
    op.drop_table("field_remark")
    op.drop_table("status_text")
    op.execute("DELETE FROM password_link WHERE purpose = 'mail'")
    with op.batch_alter_table("password_link") as table:
        table.drop_column("new_mail")
    with op.batch_alter_table("account") as table:
        table.drop_column("seen_up_to")
