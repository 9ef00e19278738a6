"""Files of tickets: what is asked of Jira for them, and who asks."""
