"""The helpdesk behind Atlassian's gateway, and a site that gets another address."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House
from sqlalchemy import NullPool, create_engine, delete

from syncd.config.sections import ChatConfig
from syncd.core.errors import StoreError, Unavailable
from syncd.core.model import DeliveryState, Plan
from syncd.sandbox.box import Sandbox
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.forms.every import IN_A_FORM
from syncd.store import schema

# On SQLite alone: which site it is does not depend on the database.
url = databases.fresh_on(databases.SQLITE)

SITE = "jsm.api_base"
CREATE = "POST .*/rest/servicedeskapi/request$"
NO_SCOPE = json.dumps({"code": 401, "message": "Unauthorized; scope does not match"})
HAS_A_FORM = {
    "jsm.request_type": "13",
    "jsm.marker_field": "",
    "alerts.chat": LOBBY,
    "chats": (ChatConfig(id=GLOBEX, plan=Plan.PREMIUM),),
}


def gateway(box: Sandbox) -> str:
    box.jira_state.switches.gateway = True
    return box.jsm_url + site.GATEWAY


def renamed(box: Sandbox) -> str:
    """Another address of the same server."""
    return box.jsm_url.replace("127.0.0.1", "localhost")


def forget_cloud_id(house: House) -> None:
    """As a store has it that an earlier syncd made."""
    with create_engine(house.url, poolclass=NullPool).begin() as connection:
        connection.execute(delete(schema.site).where(schema.site.c.name == "jsm cloud id"))


@pytest.mark.parametrize("in_links", [True, False])
@pytest.mark.parametrize("tells_account", [True, False])
def test_the_whole_story_goes_through_the_gateway_and_people_get_the_portals_link(
    box: Sandbox, make_house, in_links: bool, tells_account: bool
) -> None:
    switches = box.jira_state.switches
    switches.scoped_token, switches.gateway_in_links = True, in_links
    switches.gateway_tells_account = tells_account
    house = make_house(**{SITE: gateway(box)})
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.poll()
    shown = house.thread("aiko", ACME, story.root)
    links = [address.partition("?")[0] for message in shown for _, address in message.links]
    portal = f"{box.jsm_url}/servicedesk/customer/portal/{site.PORTAL_ID}/{story.key}"
    assert links == [portal, portal]
    house.says("aiko", ACME, "thank you", thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 2
    calls = [call.path for call in box.world.journal.calls("jsm") if "/forms/" not in call.path]
    assert {path.partition("/rest/")[0] for path in calls} == {site.GATEWAY}


def with_scopes(box: Sandbox, make_house: Callable[..., House]) -> House:
    """Open a house whose token has scopes, and whose request type has a Form."""
    box.jira_state.switches.scoped_token = True
    return make_house(**{SITE: gateway(box)}, **HAS_A_FORM)


def fills(house: House, **typed: Any) -> None:
    house.clicks("ben", house.form("ben", GLOBEX), "submit", **typed)


def asks(house: House) -> str:
    """Ask, and fill in the Form up to its last card."""
    root = house.asks("ben", GLOBEX)
    fills(house, question_3="Billing", customfield_10041="2-Major")
    return root


def read_again(house: House) -> None:
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()
    house.settle()


def alarms(house: House) -> list[str]:
    return [card.text for card in house.posts("dora", LOBBY)]


def answered(house: House, key: str) -> dict[str, str]:
    return dict(house.box.jira_people.ticket(key).form or ())


def test_the_whole_story_of_a_form_goes_through_the_gateway(
    box: Sandbox, make_house: Callable[..., House]
) -> None:
    house = with_scopes(box, make_house)
    root = asks(house)
    fills(house, question_9="7")
    assert "Like INV-7." in house.form("ben", GLOBEX).text
    fills(house, question_9="INV-7")
    assert answered(house, "HELP-1")["Invoice"] == "INV-7"
    house.says("dora", GLOBEX, "same here", thread=root)
    house.box.jira_people.comment("erin", "HELP-1", "an answer")
    house.poll()
    shown = house.thread("ben", GLOBEX, root)
    portal = f"{box.jsm_url}/servicedesk/customer/portal/{site.PORTAL_ID}/HELP-1"
    assert {url.partition("?")[0] for message in shown for _, url in message.links} == {portal}
    assert "an answer" in shown[-1].text
    said = [comment.text for comment in box.jira_people.comments("HELP-1")]
    assert any("same here" in text for text in said)
    calls = box.world.journal.calls("jsm")
    assert [call.path for call in calls if not call.path.startswith(site.GATEWAY)] == []
    assert any(call.path.startswith(f"{site.GATEWAY}/forms/") for call in calls)
    assert alarms(house) == []


def test_a_token_that_never_had_the_scope_for_forms_is_named_and_the_form_comes_with_it(
    box: Sandbox, make_house: Callable[..., House]
) -> None:
    switches = box.jira_state.switches
    switches.forms_status = 403
    plain = replace(IN_A_FORM, fields=site.GET_HELP.fields)
    box.jira_state.request_types["13"] = plain
    house = with_scopes(box, make_house)
    house.settle()
    (told,) = alarms(house)
    assert "tickets are made without one" in told
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    assert answered(house, "HELP-1") == {}, "as operators were told"
    house.asks("ben", GLOBEX)
    switches.forms_status = 0
    read_again(house)
    house.submits("ben", GLOBEX)
    fills(house, question_3="Billing")
    fills(house, question_9="INV-7")
    assert answered(house, "HELP-2")["Invoice"] == "INV-7"


@pytest.mark.parametrize("lost", ["the scope for Forms", "the scope for requests"])
def test_a_ticket_whose_token_loses_a_scope_waits_or_is_made_with_its_form(
    box: Sandbox, make_house: Callable[..., House], lost: str
) -> None:
    house = with_scopes(box, make_house)
    asks(house)
    if lost == "the scope for Forms":
        box.jira_state.switches.forms_status = 403
    else:
        refused: dict[str, Any] = {"status": 401, "body": NO_SCOPE, "times": -1}
        house.fail("jsm", CREATE, "refuse", **refused)
    read_again(house)
    fills(house, question_9="INV-7")
    if lost == "the scope for requests":
        (waits,) = house.deliveries(DeliveryState.READY)
        assert "the token lacks the scope write:servicedesk-request" in waits.reason
        assert any("write:servicedesk-request" in told for told in alarms(house))
        assert house.ticket_keys() == []
    box.world.faults.clear()
    house.until(house.ticket_keys, step=60)
    assert house.ticket_keys() == ["HELP-1"]
    assert answered(house, "HELP-1")["Invoice"] == "INV-7"


def test_a_token_with_scopes_is_refused_at_the_sites_own_address(box: Sandbox, make_house) -> None:
    house = make_house()
    box.jira_state.switches.scoped_token = True
    house.app.basics.account = None
    house.app.basics.run_once()
    assert house.app.basics.account is None


@pytest.mark.parametrize("known", [True, False])
def test_from_the_site_to_the_gateway_is_the_same_site(
    box: Sandbox, make_house, known: bool
) -> None:
    before = make_house()
    before.app.site.check()
    before.app.site.learn()
    before.files("ben", GLOBEX)
    if not known:
        forget_cloud_id(before)
    make_house(**{SITE: gateway(box)}).app.site.check()
    make_house().app.site.check()


def test_a_renamed_site_is_the_same_site(box: Sandbox, make_house) -> None:
    before = make_house()
    before.app.site.check()
    before.app.site.learn()
    before.files("ben", GLOBEX)
    box.jira_state.own_address = renamed(box)
    make_house(**{SITE: renamed(box)}).app.site.check()


def test_another_site_and_another_project_need_a_store_of_their_own(
    box: Sandbox, make_house
) -> None:
    before = make_house()
    before.app.site.check()
    before.app.site.learn()
    before.files("ben", GLOBEX)
    elsewhere = make_house(**{SITE: renamed(box)})
    box.jira_state.cloud_id = "another"
    with pytest.raises(StoreError, match="give another site its own store"):
        elsewhere.app.site.check()
    box.jira_state.cloud_id = site.CLOUD_ID
    with pytest.raises(StoreError, match="give another site its own store"):
        make_house(**{"jsm.project": "OPS"}).app.site.check()


def test_a_site_that_does_not_answer_is_neither_the_same_nor_another(
    box: Sandbox, make_house
) -> None:
    before = make_house()
    before.app.site.check()
    before.files("ben", GLOBEX)
    elsewhere = make_house(**{SITE: renamed(box)})
    before.fail("jsm", "GET /_edge/tenant_info", "drop_before")
    with pytest.raises(Unavailable):
        elsewhere.app.site.check()


def test_a_site_that_does_not_tell_its_id_is_known_by_what_it_calls_itself(
    box: Sandbox, make_house
) -> None:
    box.jira_state.switches.tells_tenant = False
    before = make_house()
    before.app.site.check()
    before.app.site.learn()
    before.files("ben", GLOBEX)
    make_house(**{SITE: gateway(box)}).app.site.check()
    box.jira_state.own_address = renamed(box)
    with pytest.raises(StoreError, match="its own store"):
        make_house(**{SITE: renamed(box)}).app.site.check()
