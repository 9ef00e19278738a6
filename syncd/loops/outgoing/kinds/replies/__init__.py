"""What becomes of a reply after it was carried to the ticket."""
