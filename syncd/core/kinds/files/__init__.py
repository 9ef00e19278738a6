"""The kinds that carry a file."""
