"""What monitoring reads: counters of what happened in this process, and how things are now.

No label holds an id, a name or any other word from outside: each has a fixed set of values.
"""
