"""What is said to Jira and what its answers mean, free of I/O.

call.py      one call, its answer
members.py   strict reading of JSON: a member that matters and is missing is never guessed
paging.py    lists that come page by page
failures.py  refusals as the four failures of `core.errors`
people.py    accounts and customers
form.py      the request type as a form
filing.py    a ticket to create
tickets.py   the change search, tickets in bulk
comments.py  comments, and what says whether they are public
"""
