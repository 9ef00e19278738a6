"""Outgoing: deliveries are claimed, performed, settled, and looked for when in DOUBT."""
