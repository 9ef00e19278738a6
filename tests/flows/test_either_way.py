"""Where nobody outside knows which of two things a platform does, syncd is right for both."""

import pytest
from house import ACME, TOPIC, House, Story

BOTH = pytest.mark.parametrize("so", [True, False])


def answered(house: House) -> tuple[Story, str]:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "said for all")
    house.poll()
    return story, comment


def shown(house: House, story: Story) -> bool:
    """Tell whether the thread still says what the engineer wrote."""
    thread = house.thread("chen", ACME, story.root)
    return any("said for all" in m.text for m in thread if not m.recalled)


def reread(house: House) -> None:
    house.poll()
    house.rereads()


@BOTH
def test_a_deleted_comment_goes_whether_or_not_its_ticket_is_touched(
    house: House, so: bool
) -> None:
    story, comment = answered(house)
    house.box.jira_state.switches.delete_bumps_updated = so
    house.box.jira_people.delete(story.key, comment)
    reread(house)
    assert not shown(house, story)


@BOTH
def test_a_comment_made_internal_goes_whether_or_not_its_ticket_is_touched(
    house: House, so: bool
) -> None:
    story, comment = answered(house)
    house.box.jira_state.switches.flip_bumps_updated = so
    house.box.jira_people.flip(story.key, comment, public=False)
    reread(house)
    assert not shown(house, story)


@BOTH
@pytest.mark.parametrize("role", ["Service Desk Team", "Administrators"])
def test_a_comment_restricted_afterwards_goes_whether_or_not_its_ticket_is_touched(
    house: House, so: bool, role: str
) -> None:
    story, comment = answered(house)
    house.box.jira_state.switches.edit_bumps_updated = so
    house.box.jira_people.restrict(story.key, comment, role)
    reread(house)
    assert not shown(house, story)


@BOTH
@pytest.mark.parametrize("empty_page", [True, False])
def test_a_lost_licence_withdraws_nothing(house: House, so: bool, empty_page: bool) -> None:
    """The platform shows nothing then, and the portal may show what it shows to customers."""
    story, _ = answered(house)
    switches = house.box.jira_state.switches
    switches.bot_is_agent, switches.portal_customers_browse = False, so
    switches.empty_page_for_unseen = empty_page
    reread(house)
    house.asks_portal()
    house.settle()
    assert shown(house, story)


@BOTH
@pytest.mark.parametrize("applies", [True, False])
@pytest.mark.parametrize("chat", [ACME, TOPIC])
def test_a_form_is_read_and_goes_however_the_client_answers_for_it(
    house: House, so: bool, applies: bool, chat: str
) -> None:
    house.box.lark_state.switches.empty_fields_absent = so
    house.box.lark_state.switches.callback_card_applies = applies
    house.asks("aiko", chat)
    house.submits("aiko", chat, summary="No answer", description="")
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.summary == "No answer"
    assert ticket.description.startswith("Asked by "), "nothing but where it comes from"
    people = house.box.lark_people
    forms = [m for m in (*people.view("aiko", chat), *people.direct("aiko")) if m.fields]
    assert all(m.recalled for m in forms)
    assert house.undelivered() == []


@BOTH
def test_a_private_form_goes_by_whatever_id_a_click_names_it(house: House, so: bool) -> None:
    house.box.lark_state.switches.callback_names_private_card = so
    house.asks("aiko", ACME)
    click = house.submits("aiko", ACME, reporter="nobody")
    assert click.toast.type == "warning"
    house.submits("aiko", ACME)
    assert len(house.ticket_keys()) == 1
    assert not [m for m in house.box.lark_people.view("aiko", ACME) if m.fields]
    assert house.undelivered() == []
