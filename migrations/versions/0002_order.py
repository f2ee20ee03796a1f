"""What an application form asks: menu, plan, wished days, consent; a draft knows when it was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORKS = ("survey", "line", "converter", "router")
PLACES = ("first", "second", "third")
TIMES = "'am', 'pm', 'morning', 'afternoon', 'evening', 'night'"


def _days() -> list[str]:
    return [f"{work}_{place}_on" for work in WORKS for place in PLACES]


def _times() -> list[str]:
    return [f"{work}_{place}_time" for work in WORKS for place in PLACES]


def upgrade() -> None:
    """Columns of the contract record, all empty to begin with. Drafts live for an hour: those that are there may go."""
    op.execute("DELETE FROM draft")
    with op.batch_alter_table("draft") as table:
        table.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=False))
    with op.batch_alter_table("contract_record") as table:
        table.add_column(sa.Column("menu_code", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("plan_code", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("dates_checked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("rules_accepted", sa.Boolean(), nullable=True))
        for name in _days():
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name in _times():
            table.add_column(sa.Column(name, sa.String(length=40), nullable=True))
            table.create_check_constraint(op.f(f"ck_contract_record_{name}_is_known"), f"{name} IN ({TIMES})")
        table.create_foreign_key(
            op.f("fk_contract_record_menu_code"), "menu", ["menu_code"], ["code"], ondelete="RESTRICT"
        )
        table.create_foreign_key(
            op.f("fk_contract_record_plan_code"), "line_plan", ["plan_code"], ["code"], ondelete="RESTRICT"
        )


def downgrade() -> None:
    """Takes them away again."""
    with op.batch_alter_table("draft") as table:
        table.drop_column("started_at")
    with op.batch_alter_table("contract_record") as table:
        table.drop_constraint(op.f("fk_contract_record_menu_code"), type_="foreignkey")
        table.drop_constraint(op.f("fk_contract_record_plan_code"), type_="foreignkey")
        for name in _times():
            table.drop_constraint(op.f(f"ck_contract_record_{name}_is_known"), type_="check")
            table.drop_column(name)
        for name in [*_days(), "menu_code", "plan_code", "dates_checked_on", "rules_accepted"]:
            table.drop_column(name)
