"""The kinds of fields that a request type may have."""
