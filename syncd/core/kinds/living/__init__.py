"""What keeps the card true that stands for a ticket in its thread."""
