"""syncd: a bridge between Lark groups and a helpdesk.

The map
    core/          what is decided: pure functions over frozen dataclasses
    loops/         the shell around the decisions: intake, door, courier, poller, janitor
    chat/lark/     Lark's wire: long connection, REST, cards
    helpdesk/jsm/  Jira Service Management's wire: servicedeskapi, api/3, ADF
    store/         the database: inbox, outbox, requests, links
    sandbox/       a fake Lark and a fake JSM as real servers; imports nothing of the rest
    app.py         puts the parts together      daemon.py  the life of the process
    cli/           the only place that prints or exits

The two paths of a message
    chat to helpdesk   socket -> inbox -> Intake (decide) -> outbox -> Courier -> JSM
    helpdesk to chat   Poller (decide) -> outbox -> Courier (public still?) -> Lark
"""

__version__ = "0.1.0"
