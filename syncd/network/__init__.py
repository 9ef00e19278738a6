"""How every call leaves: through which proxy, trusting whom, how much of an answer is taken, and
why it failed."""
