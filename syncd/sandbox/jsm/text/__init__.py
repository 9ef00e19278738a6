"""Rich text: ADF and wiki markup."""
