"""Cards: whether the platform takes one, and what a person sees of it."""
