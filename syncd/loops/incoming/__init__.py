"""Incoming: frames, clicks and chat history become events, and events become decisions."""
