"""Forms (once ProForma), which an administrator attaches to a request type: their questions, and
the answers that go into the create."""
