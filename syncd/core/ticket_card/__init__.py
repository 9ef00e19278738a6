"""The card that stands for a ticket in its thread."""
