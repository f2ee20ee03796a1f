"""Searches find older forms of characters and numbers with or without dashes: what they know is made anew."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empties the index; what follows a migration fills it from the rows."""
    op.execute("DELETE FROM search_entry")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO search_gram(search_gram) VALUES ('rebuild')")


def downgrade() -> None:
    """Nothing to take away: the command `reindex` of the version before makes its own index."""
