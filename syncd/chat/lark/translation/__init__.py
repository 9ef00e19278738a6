"""Lark's own translation."""
