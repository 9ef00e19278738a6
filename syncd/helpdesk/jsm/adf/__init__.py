"""Atlassian Document Format, both ways, free of I/O.

reading.py   a document as the neutral text tree; inline.py, node.py: its parts
writing.py   the tree as a document
flat.py      words without shape
"""
