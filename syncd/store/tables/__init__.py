"""One file a table (the outbox has three): rows in, frozen dataclasses out."""
