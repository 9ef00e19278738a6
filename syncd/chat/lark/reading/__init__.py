"""Messages that are read again: what one of them says, and what stood before it."""
