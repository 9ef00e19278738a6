import pytest
from jsm_served import AIKO, VALUES, Served

from syncd.core.desks.filing import Filing
from syncd.core.errors import Cause, Rejected
from syncd.core.model import AccountId, Filed
from syncd.helpdesk.jsm.client import JsmHelpdesk

BEN = "ben@globex.example"
NEW = "new@globex.example"


def raise_for(helpdesk: JsmHelpdesk, account: AccountId, described_as: str = "") -> Filed:
    return helpdesk.create(Filing("LK01", account, VALUES, described_as))


def refused(act: object) -> Rejected:
    assert callable(act)
    with pytest.raises(Rejected) as failure:
        act()
    return failure.value


def test_customer_of_the_desk_is_found_by_the_whole_address(here: Served) -> None:
    helpdesk = here.helpdesk()
    assert helpdesk.find_account("Aiko@acme.example") == AIKO
    assert helpdesk.find_account("aiko@acme.exampl") is None
    assert helpdesk.find_account("aiko") is None


def test_hidden_address_is_not_found(here: Served) -> None:
    here.state.switches.hidden_emails.add("aiko@acme.example")
    assert here.helpdesk().find_account("aiko@acme.example") is None


def test_account_of_the_site_that_is_not_on_the_desk_is_unknown_unless_told_otherwise(
    here: Served,
) -> None:
    assert here.helpdesk().find_account(BEN) is None
    assert here.helpdesk(desk_only=False).find_account(BEN) == "712020:ben"


def test_site_that_shows_us_nobody_proves_nothing(here: Served) -> None:
    here.state.switches.bot_browses_users = False
    assert here.helpdesk(desk_only=False).find_account(BEN) is None


def test_account_of_the_site_is_admitted_and_gets_no_invitation(here: Served) -> None:
    helpdesk = here.helpdesk()
    assert raise_error_of_jira(here, AccountId("712020:ben"))
    account = helpdesk.make_account(BEN, "Ben", invite=True)
    assert account == "712020:ben"
    assert here.calls("/invite") == []
    assert raise_for(helpdesk, account).key == "HELP-1"


def raise_error_of_jira(here: Served, account: AccountId) -> Rejected:
    return refused(lambda: raise_for(here.helpdesk(), account))


def test_customer_of_the_desk_is_not_made_again(here: Served) -> None:
    made = here.made_while(
        lambda: here.helpdesk().make_account("aiko@acme.example", "Aiko", invite=True)
    )
    assert {call.method for call in made} == {"GET"}


@pytest.mark.parametrize("joins", [True, False])
def test_invited_stranger_may_raise_a_ticket(here: Served, joins: bool) -> None:
    here.state.switches.invite_joins_desk = joins
    helpdesk = here.helpdesk()
    account = helpdesk.make_account(NEW, "New Person", invite=True)
    key = raise_for(helpdesk, account).key
    assert here.people.ticket(key).reporter == account
    assert helpdesk.find_account(NEW) == account


def test_created_stranger_may_raise_a_ticket(here: Served) -> None:
    here.state.switches.bot_may_create_customers = True
    helpdesk = here.helpdesk()
    account = helpdesk.make_account(NEW, "", invite=False)
    assert here.state.created_accounts[account].name == NEW
    assert raise_for(helpdesk, account).key == "HELP-1"


def test_refused_stranger_is_unknown_and_nothing_is_made(here: Served) -> None:
    made = here.made_while(lambda: here.helpdesk().find_account(NEW))
    assert {call.method for call in made} == {"GET"}
    assert here.helpdesk().find_account(NEW) is None


def test_shared_account_raises_for_a_stranger_whose_address_leads_the_description(
    here: Served,
) -> None:
    key = raise_for(here.helpdesk(), AIKO, f"Reported by {NEW}").key
    assert here.people.ticket(key).description.startswith(f"Reported by {NEW}\n")


@pytest.mark.parametrize("invite", [True, False])
def test_account_that_may_not_make_customers_needs_an_operator(here: Served, invite: bool) -> None:
    here.state.switches.bot_may_invite = False
    failure = refused(lambda: here.helpdesk().make_account(NEW, "New", invite=invite))
    assert failure.cause is Cause.FORBIDDEN
    assert "may not" in str(failure)
    assert here.state.created_accounts == {}


def test_account_that_may_not_admit_customers_needs_an_operator(here: Served) -> None:
    here.state.switches.bot_may_add_customers = False
    failure = refused(lambda: here.helpdesk().make_account(NEW, "New", invite=True))
    assert failure.cause is Cause.FORBIDDEN


def test_invitation_that_admits_needs_no_second_permission(here: Served) -> None:
    here.state.switches.bot_may_add_customers = False
    here.state.switches.invite_joins_desk = True
    helpdesk = here.helpdesk()
    account = helpdesk.make_account(NEW, "New", invite=True)
    assert raise_for(helpdesk, account).key == "HELP-1"


def test_engineer_raises_a_ticket_without_a_place_on_the_list(here: Served) -> None:
    here.state.switches.bot_may_add_customers = False
    helpdesk = here.helpdesk()
    account = helpdesk.make_account("erin@support.example", "Erin", invite=True)
    assert raise_for(helpdesk, account).key == "HELP-1"


def test_existing_account_that_is_hidden_from_us_needs_an_operator(here: Served) -> None:
    here.state.switches.hidden_emails.add(BEN)
    failure = refused(lambda: here.helpdesk().make_account(BEN, "Ben", invite=True))
    assert failure.cause is Cause.HIDDEN


def test_address_that_is_none_is_the_persons_to_correct(here: Served) -> None:
    failure = refused(lambda: here.helpdesk().make_account("nobody", "N", invite=True))
    assert failure.cause is Cause.INVALID


@pytest.mark.parametrize(("status", "cause"), [(400, Cause.INVALID), (403, Cause.FORBIDDEN)])
def test_jira_refuses_a_reporter_who_is_no_customer(
    here: Served, status: int, cause: Cause
) -> None:
    here.state.switches.not_a_customer_status = status
    assert raise_error_of_jira(here, AccountId("712020:ben")).cause is cause
    assert here.people.tickets() == []


def test_bot_without_a_licence_needs_an_operator(here: Served) -> None:
    here.state.switches.bot_is_agent = False
    assert raise_error_of_jira(here, AIKO).cause is Cause.FORBIDDEN
