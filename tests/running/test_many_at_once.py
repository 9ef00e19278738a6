"""Many people do the same thing at the same moment."""

from crowd import Case, Crowd
from house import GLOBEX
from kept import promise_is_kept
from running_house import RunningHouse, at_once

ASKERS = 30
TICKETS = 20
CLICKERS = 6


def test_each_of_thirty_who_ask_at_once_gets_one_ticket_and_its_link_in_his_own_thread(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, ASKERS)
    cases: list[Case] = []
    at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in crowd.people)
    promise_is_kept(house, cases)


def test_twenty_tickets_answered_at_once_show_each_public_answer_once_and_no_internal_one(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, TICKETS)
    cases: list[Case] = []
    at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in crowd.people)

    def answers(case: Case, engineer: str, *kinds: bool) -> None:
        for public in kinds:
            crowd.answers(case, public=public, engineer=engineer)

    at_once(
        lambda case=case, who=who, kinds=kinds: answers(case, who, *kinds)
        for case in cases
        for who, kinds in (("erin", (True, False)), ("sam", (False, True)))
    )
    promise_is_kept(house, cases)


def test_a_thread_in_which_people_and_engineers_write_at_once_echoes_nothing(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, 9)
    people = [(person, chat) for person, chat in crowd.people if chat != GLOBEX]
    cases: list[Case] = []
    at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in people[:4])
    neighbours = {chat: person for person, chat in people[4:]}

    def talks(case: Case) -> None:
        for _ in range(3):
            crowd.replies(case)
            crowd.replies(case, neighbours[case.chat])

    def answers(case: Case) -> None:
        for _ in range(4):
            crowd.answers(case)

    at_once([lambda c=case, w=work: w(c) for case in cases for work in (talks, answers)])
    promise_is_kept(house, cases)


def test_a_form_clicked_many_times_at_once_and_by_others_makes_one_ticket(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, CLICKERS)
    cases = [crowd.asks(person, chat) for person, chat in crowd.people]
    forms = [(case, form) for case in cases if (form := crowd.form(case))]
    foreign = [
        lambda c=case, f=form, p=other: crowd.forges_click(c, f, p)
        for case, form in forms
        for other, chat in crowd.people
        if chat == case.chat and other != case.person
    ]
    own = [lambda c=case, f=form: crowd.clicks(c, f) for case, form in forms for _ in range(4)]
    at_once([*foreign, *own])
    at_once(lambda c=case: crowd.is_told(c) for case in cases)
    promise_is_kept(house, cases)
