"""The ticket systems that syncd can work with."""
