"""A fake Jira Service Management Cloud site, as strict as the documents and measurements say.

Two books of record: Atlassian's OpenAPI documents, which the tests hold every answer to, and what
people measured on live sites, which `undocumented.py` and `switches.py` list with their sources.

    switches.py      what differs from site to site, or is disputed: one flag each
    site.py          the seed: one desk, its request types and fields, statuses
    records.py       accounts, tickets, comments, files
    state.py         the site as it stands; every change goes through here
    index.py         the search index, which lags behind the tickets
    exchange.py      one HTTP call: what was asked, what is answered, how it is refused
    auth.py          who is calling; a wrong token is an anonymous caller, not an error
    limits.py        429 as Atlassian sends it
    jql*.py          the part of JQL that is understood
    adf*.py, wiki.py the two text formats and the way between them
    platform_*.py    /rest/api/3
    desk_*.py        /rest/servicedeskapi
    portal.py        the page a customer opens from the link
    engineers.py     what people do in Jira; used by tests, the demo and its page
    app.py           all routes in one application
"""
