"""api/3: issues, comments, users, search."""
