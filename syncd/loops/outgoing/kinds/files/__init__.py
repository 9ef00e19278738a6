"""How the kinds are performed that carry a file."""
