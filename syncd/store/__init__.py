"""The memory of syncd: one database, reached through `Store` and, inside a transaction, `Tx`."""
