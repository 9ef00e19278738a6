"""What customers say of a resolved request, by the API of feedback."""
