"""Jira Service Management Cloud.

wire/ and adf/ know what is said and do no I/O; connection.py, client.py and customers.py do the
I/O and know little. login.py decides whether an answer was really given to us.
"""
