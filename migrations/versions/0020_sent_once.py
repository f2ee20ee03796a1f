"""A change or an account request knows the page that asked for it, so that a form that is sent twice is one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

REQUEST, ACCOUNT_REQUEST = "uq_request_sent_key", "uq_account_request_sent_key"


def upgrade() -> None:
    """A column each; what was asked for before has none."""
    for table in ("request", "account_request"):
        op.add_column(table, sa.Column("sent_key", sa.String(255), nullable=True))
    op.create_index(REQUEST, "request", ["site_id", "kind", "sent_key"], unique=True)
    op.create_index(ACCOUNT_REQUEST, "account_request", ["sent_key"], unique=True)


def downgrade() -> None:
    """Takes them away again."""
    op.drop_index(ACCOUNT_REQUEST, "account_request")
    op.drop_index(REQUEST, "request")
    for table in ("request", "account_request"):
        op.drop_column(table, "sent_key")
