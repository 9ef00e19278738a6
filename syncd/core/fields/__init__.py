"""The questions of a form: what kinds there are, who is asked what, and what may be answered."""
