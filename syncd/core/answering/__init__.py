"""How urgent a ticket is, and by when its first answer is promised."""
