"""Prices of ASP services and of work out of hours by the day on which they begin, like those of line plans."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEGINNING = "2020-01-01"


def upgrade() -> None:
    """What a row costs becomes its first price."""
    op.create_table(
        "asp_service_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("monthly_fee", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_code"], ["asp_service.code"], name=op.f("fk_asp_service_price_service_code"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asp_service_price")),
        sa.UniqueConstraint("service_code", "valid_from", name=op.f("uq_asp_service_price_service_code_valid_from")),
    )
    op.execute(
        "INSERT INTO asp_service_price (service_code, valid_from, monthly_fee, note) "
        f"SELECT code, '{BEGINNING}', monthly_fee, '' FROM asp_service"
    )
    op.drop_column("asp_service", "monthly_fee")
    with op.batch_alter_table("out_of_hours_fee") as table:
        table.add_column(sa.Column("valid_from", sa.Date(), nullable=False, server_default=BEGINNING))
        table.drop_constraint(op.f("uq_out_of_hours_fee_work_slot"))
        table.create_unique_constraint(op.f("uq_out_of_hours_fee_work_slot_valid_from"), ["work", "slot", "valid_from"])
    with op.batch_alter_table("out_of_hours_fee") as table:
        table.alter_column("valid_from", server_default=None)


def downgrade() -> None:
    """The newest price goes back into its row; earlier and later ones of the same thing are lost."""
    op.execute(
        "DELETE FROM out_of_hours_fee WHERE EXISTS (SELECT 1 FROM out_of_hours_fee AS newer WHERE "
        "newer.work = out_of_hours_fee.work AND newer.slot = out_of_hours_fee.slot "
        "AND newer.valid_from > out_of_hours_fee.valid_from)"
    )
    with op.batch_alter_table("out_of_hours_fee") as table:
        table.drop_constraint(op.f("uq_out_of_hours_fee_work_slot_valid_from"))
        table.create_unique_constraint(op.f("uq_out_of_hours_fee_work_slot"), ["work", "slot"])
        table.drop_column("valid_from")
    op.add_column("asp_service", sa.Column("monthly_fee", sa.Integer(), nullable=False, server_default="5000"))
    op.execute(
        "UPDATE asp_service SET monthly_fee = COALESCE((SELECT monthly_fee FROM asp_service_price "
        "WHERE service_code = asp_service.code ORDER BY asp_service_price.valid_from DESC LIMIT 1), 5000)"
    )
    op.drop_table("asp_service_price")
