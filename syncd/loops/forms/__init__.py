"""The form of the helpdesk in its three shapes: as stored, empty, and filled in."""
