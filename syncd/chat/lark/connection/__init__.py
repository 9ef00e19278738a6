"""The long connection over which events and clicks arrive."""
