"""The helpdesk behind Atlassian's gateway, and a site that gets another address."""

import pytest
from house import ACME, GLOBEX, House
from sqlalchemy import NullPool, create_engine, delete

from syncd.core.errors import StoreError, Unavailable
from syncd.sandbox.box import Sandbox
from syncd.sandbox.jsm import site
from syncd.store import schema

SITE = "jsm.api_base"


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
