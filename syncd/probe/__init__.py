"""What nobody outside the platforms can know, asked of a real tenant: `syncd probe`.

question.py     a question: its code, what it asks, what it writes; an answer; a step for a person
ground.py       what is asked, each thing read once, and the one ticket that may be written
draft.py        that ticket: the least that the form takes
written.py      what was written, remembered until it is gone
ending.py       how a ticket of ours goes away
lark_reads.py   what Lark answers without anything being written
lark_writes.py  what takes a message in a chat that the operator names
jira_reads.py   what Jira answers without anything being written
jira_fields.py  the same, of the fields of forms and of SLAs
jira_writes.py  what takes a ticket
people.py       what only a person can find out, step by step
table.py        every question, in the order in which they are asked
rounds.py       asks them
report.py       all of it for whoever looks into it: JSON, and text to read
"""
