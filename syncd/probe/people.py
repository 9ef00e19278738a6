"""What only a person can find out: somebody has to click, to look, or to be of another company."""

from syncd.probe.question import Step

_GROUP = "in a group with the bot, mention it and let the form come"

STEPS = (
    Step(
        "PB-901",
        "does an answer to a click replace the private card?",
        f"{_GROUP}; submit it",
        "does the form change at once, only after some seconds, or not at all; is there an error "
        "200673 (look on a phone and on a computer)?",
    ),
    Step(
        "PB-902",
        "does a private form survive a new start of Lark?",
        f"{_GROUP}; quit Lark, start it again",
        "is the form still there, and does Submit work?",
    ),
    Step(
        "PB-903",
        "is the message that a click names the one that was sent?",
        f'{_GROUP}; press Submit, with `log.level = "debug"`',
        "does `syncd trace` of that message show the form and the click as one request?",
    ),
    Step(
        "PB-904",
        "does Lark deliver again what came while nobody was connected?",
        "stop syncd, mention the bot, start syncd after a minute",
        "when does the form come: at once (syncd reads it back), after 15 s, 5 min, or never?",
    ),
    Step(
        "PB-905",
        "is a long answer cut or refused?",
        f"{_GROUP}; paste more than 1,000 characters into the description and submit",
        "is the end of it on the ticket, or does Lark's app take no more?",
    ),
    Step(
        "PB-906",
        "how is a list preselected?",
        "open a form with a list that is prefilled (press Submit with one answer missing)",
        "is what was chosen before still chosen?",
    ),
    Step(
        "PB-907",
        "can people of another company use the form?",
        "let somebody of another company mention the bot in a group of both, open the form, submit",
        "does the form come in the thread; does a click have an effect; does `<at>` in the card "
        "name that person?",
    ),
    Step(
        "PB-908",
        "can somebody of another company be written to directly?",
        "let that person open the chat with the bot and write a word; mention the bot again",
        "does the form come directly from then on?",
    ),
    Step(
        "PB-909",
        "is the app shared with other companies?",
        "open the version's page in Lark's console",
        'is there "external sharing", and what does it say?',
    ),
    Step(
        "PB-910",
        "how does an edit arrive?",
        "edit a message of yours in the thread of a ticket",
        "does the comment follow within seconds, minutes, or not; is any tag in its words?",
    ),
    Step(
        "PB-911",
        "how is a very long list shown?",
        "agree to PB-303 and look at the list, which goes away after 20 seconds",
        "can it be opened and searched, on a phone too?",
    ),
    Step(
        "PB-912",
        "how many messages may the app send in a month?",
        "look into Lark's administration, at the app's quota",
        "is there a number, and what is used of it?",
    ),
    Step(
        "PB-913",
        "may our account invite customers, and is the desk open to everybody?",
        "ask for help with an address that the desk does not know",
        "is the ticket made, refused, or made after an invitation (`syncd doctor`, alerts.chat)?",
    ),
    Step(
        "PB-914",
        "does a ticket get its reporter's organization?",
        "let a customer of an organization ask for help",
        "is the organization on the ticket?",
    ),
    Step(
        "PB-915",
        "what does a Form do that is left unanswered?",
        "with a request type that has a Form with several pages, or with `other` among its answers",
        "are all its questions on the card, and all its answers on the ticket?",
    ),
    Step(
        "PB-916",
        "does a comment of ours open a resolved ticket again?",
        "write in the thread of a resolved ticket (premium)",
        "does its status change, and does an automation of the site act on it?",
    ),
)
