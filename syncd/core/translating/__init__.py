"""What of a comment may go to an engine that translates, and what of its answer is shown."""
