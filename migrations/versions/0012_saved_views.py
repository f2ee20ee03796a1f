"""Saved views of the desk's lists, and the one that an operator's place opens with."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AUDIENCES = "audience IN ('mine', 'role', 'everyone')"
ROLES = "role IN ('viewer', 'operator', 'administrator')"


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(AUDIENCES, name=op.f("ck_saved_view_audience_is_known")),
        sa.CheckConstraint(ROLES, name=op.f("ck_saved_view_role_is_known")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_saved_view_operator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("operator_id", "place", "name", name=op.f("uq_saved_view_operator_id_place_name")),
    )
    op.create_index(op.f("ix_saved_view_place_audience"), "saved_view", ["place", "audience"])
    op.create_table(
        "default_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("saved_view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_default_view_operator_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["saved_view_id"], ["saved_view.id"], name=op.f("fk_default_view_saved_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_view")),
        sa.UniqueConstraint("operator_id", "place", name=op.f("uq_default_view_operator_id_place")),
    )
    op.create_index(op.f("ix_default_view_saved_view_id"), "default_view", ["saved_view_id"])


def downgrade() -> None:
    """Takes them away again; lists open as they did before."""
    op.drop_table("default_view")
    op.drop_table("saved_view")
