"""Prices of line plans by the day on which they begin; until when plans and services are offered; fees as quoted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEGINNING = "2020-01-01"


def upgrade() -> None:
    """The price in a plan's row becomes its first price. Columns are changed in place: sites refer to the rows."""
    op.create_table(
        "line_plan_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_code", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("initial_fee", sa.Integer(), nullable=False),
        sa.Column("monthly_fee", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_code"], ["line_plan.code"], name=op.f("fk_line_plan_price_plan_code"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_plan_price")),
        sa.UniqueConstraint("plan_code", "valid_from", name=op.f("uq_line_plan_price_plan_code_valid_from")),
    )
    op.execute(
        "INSERT INTO line_plan_price (plan_code, valid_from, initial_fee, monthly_fee, note) "
        f"SELECT code, COALESCE(valid_from, '{BEGINNING}'), initial_fee, monthly_fee, note FROM line_plan"
    )
    op.drop_column("line_plan", "initial_fee")
    op.drop_column("line_plan", "monthly_fee")
    op.execute("ALTER TABLE line_plan RENAME COLUMN valid_from TO offered_from")
    op.execute("ALTER TABLE line_plan RENAME COLUMN valid_until TO offered_until")
    op.add_column("asp_service", sa.Column("offered_from", sa.Date(), nullable=True))
    op.add_column("asp_service", sa.Column("offered_until", sa.Date(), nullable=True))
    op.create_table(
        "fee_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_fee_item_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_item")),
        sa.UniqueConstraint("request_id", "place", name=op.f("uq_fee_item_request_id_place")),
    )


def downgrade() -> None:
    """The newest price of a plan goes back into its row."""
    op.drop_table("fee_item")
    op.drop_column("asp_service", "offered_until")
    op.drop_column("asp_service", "offered_from")
    op.execute("ALTER TABLE line_plan RENAME COLUMN offered_until TO valid_until")
    op.execute("ALTER TABLE line_plan RENAME COLUMN offered_from TO valid_from")
    for name in ("initial_fee", "monthly_fee"):
        op.add_column("line_plan", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        op.execute(
            f"UPDATE line_plan SET {name} = COALESCE((SELECT {name} FROM line_plan_price "
            "WHERE plan_code = line_plan.code ORDER BY line_plan_price.valid_from DESC LIMIT 1), 0)"
        )
    op.drop_table("line_plan_price")
