"""What an administrator does on day two: copies, the configuration as it is, a bundle."""
