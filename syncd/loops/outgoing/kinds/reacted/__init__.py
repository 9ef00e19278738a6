"""What follows when somebody asks by an emoji."""
