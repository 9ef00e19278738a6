"""The table that every language fills; mypy proves that none leaves a sentence out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Sentences; names in braces are filled in with `str.format`."""

    # The form card.
    form_title: str
    form_intro: str
    form_intro_open: str
    """Intro where everybody in the thread can see the card."""
    found_late: str
    """Stands before the intro when a mention was found long after it was written."""
    reporter_label: str
    choose: str
    submit: str
    cancel: str
    offer_form: str
    offer_form_button: str
    form_closed: str
    """Stands in the place of a form that Lark does not let us take away any more."""

    # Answers to a click.
    submitted: str
    cancelled: str
    reopened: str
    not_yours: str
    being_created: str
    was_created: str
    expired: str
    already_cancelled: str
    ended: str
    """Fills in {reason}."""
    unknown_form: str
    received_late: str
    our_fault: str
    wrong_form: str
    """Fills in {problems}."""

    # What is wrong with a form.
    required: str
    not_an_address: str
    foreign_domain: str
    own_address_only: str
    own_address_unknown: str
    too_long: str
    not_offered: str
    not_a_number: str
    not_a_date: str
    one_line_only: str
    unknown_reporter: str

    # The thread and the group.
    ticket_created: str
    status: str
    open_ticket: str
    answered: str
    cut: str
    withdrawn: str

    # Told to one person.
    chat_not_enabled: str
    ask_in_a_group: str
    thread_has_ticket: str
    thread_is_being_filed: str
    form_of_another: str
    form_failed: str
    still_creating: str
    in_doubt: str
    refused: str
    reporter_refused: str
    failed: str
    reply_failed: str
    reply_in_doubt: str

    # Reasons: what {reason} stands for where it is our own.
    reason_no_ticket: str
    reason_not_served: str
    reason_operators: str
    reason_gave_up: str
    reason_dropped: str

    # Told to the operators' chat; the first nine are what `alarm_over` says is over.
    alarm_socket: str
    alarm_deaf: str
    alarm_silenced: str
    alarm_poll: str
    alarm_sweep: str
    alarm_lark_login: str
    alarm_jsm_login: str
    alarm_permission: str
    alarm_form: str
    alarm_over: str
    alarm_dead: str
    alarm_outside: str
    alarm_request: str
    alarm_unreadable: str
    alarm_two_tickets: str
    alarm_doubt: str
    """Fills in {delivery}."""
    alarm_may_stand: str
    """Fills in {key} and {delivery}."""
    alarm_event: str
    alarm_not_linked: str
    alarm_not_read: str
    alarm_moved: str
    alarm_no_request: str

    # Written into the ticket.
    reported_by: str
    nameless: str
    """Stands for a person whose name the app may not read."""
