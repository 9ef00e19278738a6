"""What follows from a ticket that was just made, besides its announcement."""
