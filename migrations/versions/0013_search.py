"""Searches are answered by an index of pairs of characters, on both databases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The words of the index are the pairs; every sign in them counts, and nothing of them is folded further.
SQLITE = (
    "CREATE VIRTUAL TABLE search_gram USING fts5(grams, content='search_entry', content_rowid='id', columnsize=0,"
    " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'\")",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_gram(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_gram(search_gram, rowid, grams) VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN"
    " INSERT INTO search_gram(search_gram, rowid, grams) VALUES ('delete', old.id, old.grams);"
    " INSERT INTO search_gram(rowid, grams) VALUES (new.id, new.grams); END",
)


def upgrade() -> None:
    """The table and its index; models.services.migrating fills it once the newest schema is reached."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()) if is_postgresql else sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("table_name", "row_id", name=op.f("uq_search_entry_table_name_row_id")),
    )
    if is_postgresql:
        op.create_index("ix_search_entry_grams", "search_entry", ["grams"], postgresql_using="gin")
    else:
        for statement in SQLITE:
            op.execute(statement)


def downgrade() -> None:
    """Nothing is lost: the table holds only what others say."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_gram")
    op.drop_table("search_entry")
