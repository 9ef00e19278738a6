"""How satisfied somebody is with a resolved ticket."""
