"""The index of searches tells the types of records apart; it is made anew."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empties it; models.services.migrating fills it once the newest schema is reached."""
    op.execute("DELETE FROM search_entry")


def downgrade() -> None:
    """Nothing: what it holds beyond the older form does no harm."""
