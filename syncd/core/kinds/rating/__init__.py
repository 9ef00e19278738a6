"""How satisfied somebody is with a resolved ticket: asked, carried to the helpdesk, noted there."""
