"""Emojis on messages."""
