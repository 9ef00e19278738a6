"""The reference that stands in for a marker, and how it goes from a summary again."""
