"""What can be asked for: the helpdesk's desks, their kinds of requests, the choice between them."""
