"""Searches find what belongs to a site by the reading of its company's name: what they know is made anew."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empties the index; what follows a migration fills it from the rows."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("TRUNCATE search_entry")  # millions of deleted rows would stay in the file
        return
    op.execute("DELETE FROM search_entry")
    op.execute("INSERT INTO search_gram(search_gram) VALUES ('rebuild')")


def downgrade() -> None:
    """Nothing to take away: the command `reindex` of the version before makes its own index."""
