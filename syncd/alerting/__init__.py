"""The addresses of their own that operators name: a webhook for alarms, and a heartbeat."""
