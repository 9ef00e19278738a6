"""Whom something reaches and in what order: lanes, what a chat refuses, people of whom little is
known."""
