"""The shell around the decisions: each loop has a `run_once` that tests call."""
