"""Copies of all that is kept, from any kind of database into any other.

rows.py    every row of every table, read and written one by one
file.py    the same rows in one file
"""
