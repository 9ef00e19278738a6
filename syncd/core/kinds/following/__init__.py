"""What lets a thread follow a ticket that was not asked for there, or follow it silently."""
