"""A fake Lark and a fake Jira Service Management as real servers, in one world.

Nothing here imports the rest of syncd, so that the fakes cannot share a mistake with the adapters.

    world.py     people, clock, journal and faults, and the two halves of the world
    lark/        the chat half: REST, long connection, cards, what each person sees
    jsm/         the helpdesk half: servicedeskapi, api/3, JQL, comments
    server.py    three loopback servers: Lark, JSM, and the page with its control routes
    box.py       all of it as one thing to start and stop
    control*.py  the control routes: the one door for whoever acts from outside the process
    page/        the page on which a person plays everybody
    story/       the same story as a script that checks each step
"""
