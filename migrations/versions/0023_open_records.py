"""What is open is found, and counted by the inbox, in indexes of open records alone."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN = sa.text("side <> 'nobody'")
OF_ALL = (("side", "due_on", "status_changed_at", "id"), ("side", "status_changed_at", "id"))
COUNTED = ("side", "type", "status", "assignee_id", "due_on")


def _name(columns: tuple[str, ...]) -> str:
    return f"ix_record_{'_'.join(columns)}"


def upgrade() -> None:
    """The two of all records become such, and a third is what the inbox counts."""
    for columns in OF_ALL:
        op.drop_index(_name(columns), "record")
    for columns in (*OF_ALL, COUNTED):
        op.create_index(_name(columns), "record", list(columns), sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """As before."""
    for columns in (*OF_ALL, COUNTED):
        op.drop_index(_name(columns), "record")
    for columns in OF_ALL:
        op.create_index(_name(columns), "record", list(columns))
