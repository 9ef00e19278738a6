"""Watch: what happens to linked tickets, and to the comments that the chat was shown."""
