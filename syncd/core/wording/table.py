"""The table that every language fills; mypy proves that none leaves a sentence out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Sentences; names in braces are filled in with `str.format`."""

    # The form card.
    comma: str
    """Stands between the items of a list; ends in a space where the language has one."""
    semicolon: str
    colon: str
    form_title: str
    form_intro: str
    form_intro_open: str
    """Intro where everybody in the thread can see the card."""
    form_of_group: str
    """Follows the intro where the form is not in the group that it is for."""
    form_rest: str
    """Told when the message is longer than the form can show."""
    form_answers: str
    form_context: str
    """Told when the mention replies to another message."""
    form_files: str
    """Told when the message holds a picture or a file."""
    found_late: str
    """Stands before the intro when a mention was found long after it was written."""
    reporter_label: str
    which_kind: str
    """The label of the first question, where a chat offers several kinds of requests."""
    kind_gone: str
    only_if: str
    """Leads the help of a question that follows an answer; fills in {when}, a label and choices."""
    kept: str
    """Stands in a field of a form that others see; fills it in nobody's sight."""
    own_address_kept: str
    last_address_kept: str
    """Fills in {address}, which is masked."""
    forget_address: str
    choose: str
    other_choice: str
    """Follows the label of a text field for a choice that a long list leaves out."""
    more_questions: str
    """Stands before a link to the portal."""
    by_email: str
    """The label of a field that names people, whose answer is an address."""
    form_on_portal: str
    """Intro where required {fields} are for the portal alone, so that no form is shown."""
    open_portal_form: str
    submit: str
    submit_as_is: str
    """A button, as the next, of a form in which something looks like a secret."""
    submit_masked: str
    looks_private: str
    """Leads such a form; fills in {found}, beginnings of what was found."""
    looks_private_toast: str
    """Answers a Submit that brings something like that."""
    cancel: str
    offer_form: str
    form_is_elsewhere: str
    """Said in a thread, for everybody, where the form went to its asker's direct chat."""
    form_in_thread: str
    """Said in a thread, for everybody, where there is no private way to its asker."""
    form_is_wrong: str
    """The same where the helpdesk refused what was typed."""
    offer_form_button: str
    form_nowhere: str
    """Said instead of a button, in a group that takes no cards."""
    use_portal: str
    """A button, beside the one that opens a form in the thread."""
    form_closed: str
    """Stands in the place of a form that Lark does not let us take away any more."""

    # Answers to a click.
    submitted: str
    cancelled: str
    reopened: str
    address_forgotten: str
    not_yours: str
    left_and_moves: str
    """Said to a word or a press in a thread; `left_group` to a form."""
    left_group: str
    may_not_submit: str
    """Told to whoever mentions the bot, too."""
    may_not_close: str
    being_created: str
    was_created: str
    expired: str
    already_cancelled: str
    ended: str
    """Fills in {reason}."""
    unknown_form: str
    received_late: str
    our_fault: str
    goes_on: str
    """Answers a Submit whose answers ask for more."""
    form_changed: str
    """Leads a form that came back because the helpdesk asks for something else by now."""
    wrong_form: str
    """Fills in {problems}."""

    # What is wrong with a form.
    required: str
    not_an_address: str
    foreign_domain: str
    own_address_only: str
    given_address_only: str
    too_long: str
    not_offered: str
    not_a_number: str
    only_on_portal: str
    unknown_person: str
    too_many: str
    not_a_date: str
    choose_part: str
    """Asks for one of the parts of the choice {value}."""
    not_a_url: str
    not_a_moment: str
    too_short: str
    not_whole: str
    too_small: str
    too_large: str
    too_few_chosen: str
    too_many_chosen: str
    not_a_time: str
    one_line_only: str
    unknown_reporter: str

    # The thread and the group.
    ticket_created: str
    status: str
    status_told: str
    assignee: str
    assignee_told: str
    """Says who works on the ticket now."""
    priority: str
    updated: str
    """When there was something new; fills in {time} and {zone}."""
    rating_asked: str
    rating_for: str
    """Leads the question in the thread, where others see it, too."""
    rating_label: str
    rating_worst: str
    rating_best: str
    rating_sentence: str
    rating_send: str
    rating_received: str
    rating_again: str
    rating_missing: str
    rating_outdated: str
    rating_not_yours: str
    rating_failed: str
    """Leads to the portal instead."""
    rating_note: str
    """Written on the ticket for engineers alone."""
    first_answer: str
    """By when it comes; fills in {time} and {zone}."""
    escalated: str
    """Told to somebody of one's own company; fills in {severity} and {chat}."""
    open_ticket: str
    answer_in_portal: str
    """A button, where what is written in the chat does not reach the ticket."""
    answered: str
    cut: str
    struck_out: str
    """Leads words that no mark can strike out: `[struck out: port 4000]`."""
    withdrawn: str
    taken_back: str
    edited: str
    """Stands above a comment that was edited after it was shown."""
    machine_translation: str
    """Stands between a comment and its translation."""
    corrected: str
    """Fills in {author} and {key}."""

    # Told to one person.
    chat_not_enabled: str
    ask_in_a_group: str
    asks_too_often: str
    too_many_forms: str
    writes_too_much: str
    added_unserved: str
    greeting: str
    """Leads what a group is told that the bot joins."""
    help_enterprise: str
    help_premium: str
    help_contact: str
    help_requests: str
    """A link to the list of all one's requests."""
    help_words: str
    tickets_mine: str
    """Leads a list of tickets."""
    tickets_mine_none: str
    tickets_all: str
    tickets_none: str
    tickets_more: str
    """Fills in {count}."""
    ticket_unknown: str
    """Fills in {key}, which may be a ticket of another group."""
    status_untold: str
    """Stands before a link; fills in {key}."""
    file_failed: str
    file_left_out: str
    """Stands in the ticket behind the name of a file that could not be carried."""
    file_is_in_chat: str
    """Text of a link to the group in which it is."""
    file_not_shown: str
    """Stands in the chat in the place of a file of a comment."""
    file_left_out_told: str
    """The same for its sender."""
    reason_file_too_large: str
    """`limit` in megabytes."""
    reason_file_refused: str
    reason_no_files: str
    reason_file_empty: str
    reason_file_gone: str
    reason_file_kept: str
    reason_file_not_taken: str
    thread_has_ticket: str
    thread_is_the_ticket: str
    """The same where what is written in the thread reaches the ticket."""
    reply_not_read: str
    """Fills in {key}."""
    reply_too_early: str
    reply_unfiled: str
    reply_without_ticket: str
    """While the ticket is being created, and nothing can be added to it."""
    file_not_carried: str
    """Fills in {key}."""
    files_not_carried: str
    """As long as there is no ticket."""
    thread_is_being_filed: str
    form_of_another: str
    form_failed: str
    word_waits: str
    """Said in a thread, for everybody, where nothing reaches a person alone."""
    word_nowhere: str
    """Said instead of the button, in a group that takes no cards."""
    read_word: str
    not_for_you: str
    still_creating: str
    in_doubt: str
    refused: str
    reporter_refused: str
    invitations_spent: str
    failed: str
    reply_failed: str
    reply_in_doubt: str
    reply_waits: str
    """Our account may not write on the ticket."""
    reply_arrived: str
    """Told to whoever read one of those above."""

    # What people do with a ticket.
    move_resolve: str
    """A button, as the two that follow."""
    move_reopen: str
    move_escalate: str
    move_sure: str
    """Asks once more before a ticket is resolved."""
    move_received: str
    move_not_offered: str
    move_late: str
    """Fills in {key}."""
    move_failed: str
    """Fills in {key} and {reason}."""
    move_in_doubt: str
    """Fills in {key}."""
    move_unproven: str
    """Fills in {key}."""
    moved_by: str
    """Written into the ticket; fills in {name} and {move}, as the desk calls it."""
    ticket_gone: str

    # A thread and a ticket that exists already; each fills in {key}.
    help_adopt: str
    """What the words of `help_words` have besides where somebody may bring tickets."""
    adopt_how: str
    """Fills in nothing."""
    adopt_not_yours: str
    adopt_refused: str
    """The same for a ticket that does not exist and one of somebody else."""
    adopt_taken: str
    adopt_no_room: str
    adopt_failed: str
    """Fills in {reason}, too."""
    was_adopted: str

    # A thread that is silent for a while; said in it, but for the last two.
    muted_by: str
    """Fills in {name} and {key}."""
    unmuted_by: str
    muted_already: str
    unmuted_already: str

    # Reasons: what {reason} stands for where it is our own.
    reason_no_ticket: str
    reason_not_served: str
    reason_too_large: str
    reason_not_moved: str
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
    alarm_form_gone: str
    """Fills in {form}, a name."""
    alarm_form_unread: str
    """Fills in {reason}."""
    alarm_over: str
    alarm_denied: str
    alarm_dead: str
    alarm_outside: str
    alarm_not_escalated: str
    """Fills in {key}, {to} and {reason}."""
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
    alarm_invitations: str
    """Fills in {limit}."""
    alarm_translation_spent: str
    """Fills in {month}, like 2026-11."""
    alarm_moved: str
    alarm_no_request: str
    alarm_test: str
    alarm_expires: str

    # Written into the ticket.
    reported_by: str
    team: str
    """Stands for an engineer who is not named, because the account is gone."""
    wrote: str
    """Leads what another person wrote; fills in {name}."""
    whole_message: str
    """Leads the message whose beginning was changed in the form."""
    origin: str
    """Fills in {name} and {chat}."""
    origin_enterprise: str
    origin_premium: str
    nameless: str
    """Stands for a person whose name the app may not read."""
