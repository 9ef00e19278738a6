"""Files on their way: what is known of one, and what it is called where it arrives."""
