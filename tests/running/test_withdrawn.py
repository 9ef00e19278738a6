"""Comments are taken back while others are posted."""

from crowd import Case, Crowd
from kept import all_shown, promise_is_kept
from running_house import RunningHouse, at_once

from syncd.core.watching import Reason

PEOPLE = 6


def test_comments_edited_hidden_and_deleted_while_others_are_posted_leave_the_chat(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, PEOPLE)
    cases: list[Case] = []
    at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in crowd.people)
    at_once(lambda case=case: [crowd.answers(case) for _ in range(4)] for case in cases)
    house.until("the first answers", lambda: all_shown(house, cases))

    desk = house.box.jira_people

    def takes_back(case: Case) -> None:
        hidden, deleted, edited = case.said[:3]
        desk.flip(case.key, hidden.id, public=False)
        desk.delete(case.key, deleted.id)
        desk.edit(case.key, edited.id, f"{edited.mark} was a mistake")

    at_once(
        lambda case=case, work=work: work(case)
        for case in cases
        for work in (takes_back, crowd.answers, crowd.answers)
    )
    house.comes_due(Reason.SHOWN)
    promise_is_kept(house, cases)
