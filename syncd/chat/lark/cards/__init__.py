"""What people see: content to card JSON, and a submitted form back to values."""
