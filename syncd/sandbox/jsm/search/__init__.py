"""JQL, and an index that lags as the real one does."""
