"""What people write: read as words, turned to blocks, cut into parts of which nothing is lost."""
