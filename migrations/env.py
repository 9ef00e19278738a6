"""Runs migrations on the connection that syncd hands in; see `syncd/store/migration.py`."""

from alembic import context

from syncd.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a table; alembic then copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
