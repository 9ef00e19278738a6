"""Every question, in the order in which they are asked. docs/probe.md has a row for each."""

from syncd.probe import jira_fields, jira_reads, jira_writes, lark_reads, lark_writes
from syncd.probe.question import Question

_MESSAGE = "one message into the chat of --chat, which its members see for a moment"
_RECALLED = "it is recalled at once"
_TICKET = "a ticket on the first desk, in our own account's name"
_ENDED = "it is deleted in the end, or closed where our account may not delete it"

READS = (
    Question("PB-101", "is the bot in groups with other companies?", lark_reads.shared),
    Question("PB-102", "can messages be read back?", lark_reads.history),
    Question("PB-103", "are those who write listed as members?", lark_reads.members),
    Question("PB-104", "are the names of those who write told?", lark_reads.names),
    Question("PB-105", "can the files that people send be had?", lark_reads.files),
    Question("PB-106", "does Lark tell of edits?", lark_reads.edits),
    Question("PB-201", "does the search know milliseconds?", jira_reads.milliseconds),
    Question("PB-202", "which answers name our account?", jira_reads.account_header),
    Question("PB-203", "which host do links to the portal have?", jira_reads.portal_link),
    Question("PB-204", "where can a ticket carry its marker?", jira_reads.marker),
    Question("PB-205", "when does a bulk read cut comments?", jira_reads.cut_comments),
    Question("PB-206", "what does the portal say of a restricted comment?", jira_reads.restricted),
    Question("PB-207", "how is a wrong field named?", jira_reads.validation_answer),
    Question("PB-208", "how large may a file be?", jira_reads.upload_limit),
    Question("PB-209", "does the Forms API answer our token?", jira_reads.forms),
    Question("PB-210", "how are lists in two steps told?", jira_fields.two_steps),
    Question("PB-211", "what do preset values look like?", jira_fields.presets),
    Question("PB-212", "what do SLAs hold?", jira_fields.slas),
    Question("PB-213", "may a Form be left out?", jira_reads.form_left_out),
)
WRITES = (
    Question(
        "PB-301",
        "is a card of ours recognised when the chat is read back?",
        lark_writes.found_again,
        _MESSAGE,
        _RECALLED,
        ("--chat",),
        lark_writes.where,
    ),
    Question(
        "PB-302",
        "is a message with an e-mail address refused?",
        lark_writes.addresses,
        f"{_MESSAGE}, with the address of nobody",
        _RECALLED,
        ("--chat",),
        lark_writes.where,
    ),
    Question(
        "PB-303",
        "may a list have 250 options?",
        lark_writes.long_list,
        _MESSAGE,
        "it is recalled after 20 seconds, for you to look at it (PB-911)",
        ("--chat",),
        lark_writes.where,
    ),
    Question(
        "PB-304",
        "may a card be shown to that person alone?",
        lark_writes.private,
        "a card in the chat of --chat that the person of --person alone sees",
        "it is taken away at once",
        ("--chat", "--person"),
        lark_writes.where,
    ),
    Question(
        "PB-401",
        "is a field that is not on the form refused?",
        jira_writes.wrong_field,
        f"{_TICKET} (one for all questions), unless Jira refuses it",
        _ENDED,
        about=jira_writes.made_of,
    ),
    # Before the one that deletes a comment: the first answer would be there no more.
    Question(
        "PB-403",
        "does our comment stop an SLA?",
        jira_writes.first_answer,
        f"{_TICKET} (one for all questions), and a comment on it",
        _ENDED,
        about=jira_writes.made_of,
    ),
    Question(
        "PB-402",
        "which deeds to a comment change its ticket?",
        jira_writes.updated,
        f"{_TICKET} (one for all questions), and a comment on it that is edited, hidden, deleted",
        _ENDED,
        about=jira_writes.made_of,
    ),
)
QUESTIONS = (*READS, *WRITES)
