"""servicedeskapi: requests, comments, customers, forms."""
