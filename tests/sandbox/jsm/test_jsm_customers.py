"""A reporter unknown to Jira: every way in, and every way it is refused."""

import pytest
from jsm_site import Site

DESK = "/rest/servicedeskapi/servicedesk/1"
OPT_IN = {"X-ExperimentalApi": "opt-in"}
CHEN = {"displayName": "陈伟", "email": "chen@acme.example"}


def _on_desk(jira: Site, query: str) -> list[str]:
    answer = jira.http.get(f"{DESK}/customer", params={"query": query}, headers=OPT_IN)
    assert answer.status_code == 200
    return [customer["accountId"] for customer in answer.json()["values"]]


def test_the_customer_search_wants_its_experimental_header(jira: Site) -> None:
    assert jira.http.get(f"{DESK}/customer?query=aiko").status_code == 412


def test_customers_of_the_desk_are_found_by_name_or_address(jira: Site) -> None:
    assert _on_desk(jira, "aiko@acme.example") == ["qm:sandbox:aiko"]
    assert _on_desk(jira, "tanaka") == ["qm:sandbox:aiko"]
    assert _on_desk(jira, "ben@globex.example") == []


def test_the_user_search_matches_the_start_and_hides_portal_customers(jira: Site) -> None:
    def found(query: str) -> list[str]:
        answer = jira.http.get("/rest/api/3/user/search", params={"query": query})
        return [user["accountId"] for user in answer.json()]

    assert found("ben@globex.example") == ["712020:ben"]
    assert found("ben@") == ["712020:ben"]
    assert found("globex.example") == []
    assert found("aiko@acme.example") == []
    jira.state.switches.customers_in_user_search = True
    assert found("aiko@acme.example") == ["qm:sandbox:aiko"]


def test_a_hidden_address_is_neither_shown_nor_matched(jira: Site) -> None:
    jira.state.switches.hidden_emails.add("ben@globex.example")
    assert jira.http.get("/rest/api/3/user/search?query=ben@globex.example").json() == []
    (ben,) = jira.http.get("/rest/api/3/user/search?query=Ben").json()
    assert "emailAddress" not in ben


def test_without_browse_users_nobody_is_found(jira: Site) -> None:
    jira.state.switches.bot_browses_users = False
    assert jira.http.get("/rest/api/3/user/search?query=ben").json() == []


def test_an_invited_person_has_an_account_and_joins_the_desk_by_a_second_call(jira: Site) -> None:
    invited = jira.http.post(f"{DESK}/customer/invite", json=CHEN)
    assert invited.status_code == 201
    account_id = invited.json()["accountId"]
    assert jira.world.person("chen").account_id == account_id
    assert jira.create(raiseOnBehalfOf=account_id).status_code == 400
    jira.http.post(f"{DESK}/customer", json={"accountIds": [account_id]})
    assert jira.create(raiseOnBehalfOf=account_id).status_code == 201
    assert _on_desk(jira, "chen@acme.example") == [account_id]


def test_an_invitation_may_join_the_desk_at_once(jira: Site) -> None:
    jira.state.switches.invite_joins_desk = True
    account_id = jira.http.post(f"{DESK}/customer/invite", json=CHEN).json()["accountId"]
    assert jira.create(raiseOnBehalfOf=account_id).status_code == 201


def test_creating_needs_an_administrator(jira: Site) -> None:
    refused = jira.http.post("/rest/servicedeskapi/customer", json=CHEN)
    assert refused.status_code == 403
    assert refused.json()["errorMessage"].endswith("global permission is required.")
    jira.state.switches.bot_may_create_customers = True
    assert jira.http.post("/rest/servicedeskapi/customer", json=CHEN).status_code == 201


def test_inviting_and_adding_can_be_forbidden(jira: Site) -> None:
    jira.state.switches.bot_may_invite = False
    jira.state.switches.bot_may_add_customers = False
    assert jira.http.post(f"{DESK}/customer/invite", json=CHEN).status_code == 403
    added = jira.http.post(f"{DESK}/customer", json={"accountIds": ["712020:ben"]})
    assert added.status_code == 403
    assert jira.world.person("chen").account_id == ""


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?strictConflictStatusCode=true", 409)])
def test_an_existing_address_is_a_conflict(jira: Site, query: str, status: int) -> None:
    jira.state.switches.bot_may_create_customers = True
    ben = {"displayName": "Ben", "email": "BEN@globex.example"}
    for path in (f"{DESK}/customer/invite", "/rest/servicedeskapi/customer"):
        assert jira.http.post(path + query, json=ben).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {"email": "chen@acme.example"},
        {"displayName": " ", "email": "chen@acme.example"},
        {"displayName": "Chen", "email": "chen"},
        {"displayName": "Chen", "email": "chen@acme.example", "key": "x"},
    ],
)
def test_a_wrong_customer_is_refused(jira: Site, body: dict[str, str]) -> None:
    assert jira.http.post(f"{DESK}/customer/invite", json=body).status_code == 400


@pytest.mark.parametrize("ids", [[], ["nobody"], ["ben@globex.example"], "712020:ben"])
def test_only_known_accounts_join_the_desk(jira: Site, ids: object) -> None:
    assert jira.http.post(f"{DESK}/customer", json={"accountIds": ids}).status_code == 400
