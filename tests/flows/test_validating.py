"""What Jira would refuse is told before anything is sent that might have happened."""

from dataclasses import replace

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import EVERY_KIND

VALIDATE, CREATE = "POST /rest/servicedeskapi/request/validate$", "POST .*/request$"
SEVERITY = site.SEVERITY.id


def creates(house: House) -> list[int]:
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    return [call.status for call in calls if call.path.endswith("/request")]


def validations(house: House) -> list[int]:
    return [call.status for call in house.box.world.journal.calls("jsm", "/validate", "POST")]


def an_option_goes(house: House) -> None:
    """Let the desk's administrator take a choice away from an open form."""
    fewer = replace(site.SEVERITY, options=site.SEVERITY.options[2:])
    fields = tuple(fewer if f.id == SEVERITY else f for f in site.GET_HELP.fields)
    house.box.jira_state.request_types["10"] = replace(site.GET_HELP, fields=fields)


def test_a_value_that_jira_would_refuse_is_named_with_its_field_and_nothing_is_created(
    house: House,
) -> None:
    house.asks("ben", GLOBEX)
    an_option_goes(house)
    house.submits("ben", GLOBEX, summary="late")
    card = house.form("ben", GLOBEX)
    assert "Severity: Option 'id: 10101' is not valid" in card.text
    lines = card.text.split("\n")
    assert lines[lines.index("Severity *") - 1] == "⚠ Option 'id: 10101' is not valid"
    assert card.field_named("summary").default == "late"
    assert creates(house) == []
    house.submits("ben", GLOBEX, **{SEVERITY: "3-Minor"})
    assert house.ticket_keys() == ["HELP-1"]


def test_jiras_words_are_in_the_chats_language_not_in_the_accounts(house: House) -> None:
    house.box.jira_state.switches.language = "ko"
    house.asks("aiko", ACME)
    an_option_goes(house)
    house.submits("aiko", ACME)
    assert "Severity: リクエストを処理できません。" in house.form("aiko", ACME).text


def test_where_nothing_validates_the_create_refuses_as_before(house: House) -> None:
    house.box.jira_state.switches.validates = False
    house.asks("ben", GLOBEX)
    an_option_goes(house)
    house.submits("ben", GLOBEX)
    assert "Option 'id: 10101' is not valid" in house.form("ben", GLOBEX).text
    house.submits("ben", GLOBEX, **{SEVERITY: "3-Minor"})
    assert house.ticket_keys() == ["HELP-1"]
    assert validations(house) == [404], "it is not asked again and again"


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("refuse", {"status": 503}),
        ("refuse", {"status": 429}),
        ("refuse", {"status": 403}),
        ("refuse", {"status": 400, "body": '{"valid": false}'}),
        ("drop_after", {}),
    ],
)
def test_no_failure_to_validate_keeps_a_ticket_from_being_made(
    house: House, kind: str, how: dict[str, object]
) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", VALIDATE, kind, times=-1, **how)
    house.submits("ben", GLOBEX)
    house.until(house.ticket_keys, step=60)
    assert house.ticket_keys() == ["HELP-1"]
    assert creates(house) == [201]


def test_what_the_configuration_answers_wrongly_waits_for_operators(make_house) -> None:
    house: House = make_house(
        **{
            "jsm.request_type": "12",
            "jsm.marker_field": "",
            "defaults.organization": "99",
        }
    )
    house.asks("ben", GLOBEX)
    house.clicks("ben", house.form("ben", GLOBEX), "submit")
    (waits,) = house.deliveries(DeliveryState.READY)
    assert "Organizations: The organization 99 does not exist" in waits.reason
    assert creates(house) == []
    field = next(f for f in EVERY_KIND.fields if f.kind == "organizations")
    known = replace(field, options=(site.Option("99", "ACME"),))
    fields = tuple(known if f is field else f for f in EVERY_KIND.fields)
    house.box.jira_state.request_types["12"] = replace(EVERY_KIND, fields=fields)
    house.until(house.ticket_keys)
    assert house.ticket_keys() == ["HELP-1"]


def test_a_site_that_takes_no_documents_is_asked_in_its_own_markup(house: House) -> None:
    house.box.jira_state.switches.create_takes_adf = False
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
