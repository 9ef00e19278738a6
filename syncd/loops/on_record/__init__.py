"""What is on record of the things that an event names."""
