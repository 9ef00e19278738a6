"""The database, reached through `Store` and, inside a transaction, `Tx`."""
