"""syncd: a bridge between Lark groups and a helpdesk.

The rooms; docs/changing.md says what to change where
    core/            decisions: pure functions over frozen dataclasses, standard library only
      decide/        what an event means; the table MEANINGS
      kinds/         the kinds of delivery, a class each; the table KINDS
      wording/       every sentence that people read, a file a language
      operators/     alarms, the history, the sentences of `syncd trace`
    loops/           the shell around the decisions; records.py loads, decides and writes
      incoming/      frames, clicks and chat history become events
      outgoing/      deliveries: claimed, prepared, sent, settled, looked for when in DOUBT
        kinds/       how each kind is carried out; files named as in core/kinds
      watch/         tickets and shown comments are looked at: one loop over one queue
      keep/          leases, retention, alarms, operators' commands, what is asked at the start
    chat/lark/       Lark: REST, cards/ (what people see), connection/ (the websocket)
    helpdesk/jsm/    Jira Service Management: clients, wire/ (no I/O), adf/ (Jira's document format)
    store/           the database: transactions and claims; tables/, a file a table
    config/          config.toml, environment, credentials; every problem as a sentence
    cli/             the commands; the only place that prints or exits
    sandbox/         a fake Lark and a fake JSM as real servers; imports nothing of the rest
    app.py           builds the parts; the only place that names concrete adapters
    daemon.py        the life of the process: threads and jobs, start and stop
    schedule.py      jobs at intervals          store_outage.py  a database outage, logged once
    log.py           the log, secrets masked

The two paths of a message
    chat to helpdesk   LarkSocket -> inbox -> Intake (decide) -> outbox -> Courier -> JSM
                       a click: LarkSocket -> Door (decide, answered at once) -> outbox -> Courier
    helpdesk to chat   Watch (decide) -> outbox -> Courier (still public?) -> Lark
"""

__version__ = "0.1.0"
