"""The HTTP API, its limits and its refusals."""
