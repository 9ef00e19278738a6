"""A form is asked in the chat's language, where the desk's administrator has translated it."""

from dataclasses import replace

import pytest
from house import ACME, GLOBEX, House

from syncd.sandbox.jsm import site

SEVERITY = site.SEVERITY.id


@pytest.fixture
def translated(make_house, box) -> House:
    """A form in English, with a question and its choices in Japanese, too."""
    options = tuple(
        replace(option, names=(("ja", f"{number} 番"),))
        for number, option in enumerate(site.SEVERITY.options, 1)
    )
    severity = replace(site.SEVERITY, names=(("ja", "重大度"),), options=options)
    fields = tuple(severity if f.id == SEVERITY else f for f in site.GET_HELP.fields)
    box.jira_state.request_types["10"] = replace(site.GET_HELP, fields=fields)
    return make_house(**{"defaults.presets": {"customfield_10042": ["API"]}})


def test_labels_and_choices_are_in_the_language_of_each_chat(translated: House) -> None:
    house = translated
    house.asks("aiko", ACME)
    card = house.form("aiko", ACME)
    assert "重大度" in card.text
    assert [o.text for o in card.field_named(SEVERITY).options][:2] == ["1 番", "2 番"]
    house.submits("aiko", ACME, **{SEVERITY: "2 番"})
    house.asks("ben", GLOBEX)
    assert "Severity" in house.form("ben", GLOBEX).text
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.fields[SEVERITY]["id"] == "10101"
    assert [one["value"] for one in ticket.fields["customfield_10042"]] == ["API"]


def test_the_create_asks_for_the_chats_language(translated: House) -> None:
    house = translated
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, **{SEVERITY: "2 番"})
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    assert {call.query for call in calls} == {"requestLanguage=ja-JP"}


@pytest.mark.parametrize("status", [404, 503])
def test_words_that_cannot_be_asked_for_stay_as_they_were(translated: House, status: int) -> None:
    house = translated
    house.fail("jsm", "GET .*/field$", "refuse", times=-1, skip=1, status=status)
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()
    house.asks("aiko", ACME)
    assert "重大度" in house.form("aiko", ACME).text
    house.submits("aiko", ACME, **{SEVERITY: "1 番"})
    assert house.ticket_keys() == ["HELP-1"]
