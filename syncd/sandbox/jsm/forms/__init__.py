"""Forms (once ProForma): what an administrator attaches to a request type."""
