"""What surrounds the running daemon: the supervisor, its watchdog, and how the daemon is doing."""
