"""A ticket is closed, opened again or escalated, as the portal lets its customer do it."""
