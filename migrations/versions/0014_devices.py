"""Which device a session belongs to and when its owner was last asked for the password; an index of the login history."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LOGINS = sa.text("action IN ('signed_in', 'signed_out', 'sign_in_refused', 'password_changed')")


def upgrade() -> None:
    """Two columns, of which sessions from before know nothing; and a small index over a large table."""
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("device", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_event_logins", "event", ["id"], postgresql_where=LOGINS, sqlite_where=LOGINS)


def downgrade() -> None:
    """Takes them away again."""
    op.drop_index("ix_event_logins", table_name="event")
    with op.batch_alter_table("login_session") as table:
        table.drop_column("proved_at")
        table.drop_column("device")
