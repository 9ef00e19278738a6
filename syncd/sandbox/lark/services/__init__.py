"""What the platform does besides messages: it translates, and makes apps."""
