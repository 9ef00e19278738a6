"""By when a first answer comes, and how urgent a ticket is."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import (
    ACME,
    FORM,
    NOW,
    PREMIUM,
    RULES,
    asked,
    delivered,
    happens,
    knowing,
    linked,
    ordered,
    ticket,
)  # fmt: skip

from syncd.core.answering.hours import ServiceHours, read_clock, read_hours, read_zone
from syncd.core.answering.promise import Answering, Response
from syncd.core.answering.severity import Severity, severity_of
from syncd.core.answering.told import first_answer
from syncd.core.decide import decide
from syncd.core.delivery import Decision
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.events import TicketChanged
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.kinds import AnnounceTicket, Escalate, FileTicket, TellAnswerBy
from syncd.core.known import Rules
from syncd.core.model import (
    AccountId,
    Chat,
    Filed,
    Language,
    Ms,
    Plan,
    Preset,
    RequestId,
    RequestState,
    TicketId,
    TicketKey,
    Values,
)
from syncd.core.outcome import Outcome
from syncd.core.watching import NO_SLA_YET_MS, Look, Reason
from syncd.core.wording import words

MINUTE, HOUR = 60_000, 3_600_000
OFFICE = read_hours("Mon-Fri 09:00-18:00 Asia/Tokyo")
MOMENTS = st.integers(1_600_000_000, 2_000_000_000).map(lambda seconds: Ms(seconds * 1000))
ZONES = st.sampled_from(
    ["UTC", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
     "America/Sao_Paulo", "Pacific/Apia", "Asia/Kolkata"]
)  # fmt: skip


@st.composite
def services(draw: st.DrawFn) -> ServiceHours:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    opens = draw(st.integers(0, 1438))
    closes = draw(st.integers(opens + 1, 1440))
    return ServiceHours(days, opens, closes, ZoneInfo(draw(ZONES)))


def at(written: str, zone: str = "Asia/Tokyo") -> Ms:
    return Ms(
        int(datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000
    )


def is_open(service: ServiceHours, moment: int) -> bool:
    """Whether clocks in the zone show an hour of service; by another way than the code's."""
    there = datetime.fromtimestamp(moment / 1000, UTC).astimezone(service.zone)
    return (
        there.weekday() in service.days
        and service.opens <= there.hour * 60 + there.minute < service.closes
    )


# Service hours.


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-30 09:00", 4, "2026-11-30 13:00"),
        ("2026-11-30 10:05", 4, "2026-11-30 14:05"),
        ("2026-11-30 03:00", 4, "2026-11-30 13:00"),
        ("2026-11-30 16:00", 4, "2026-12-01 11:00"),
        ("2026-11-30 09:00", 9, "2026-11-30 18:00"),
        ("2026-12-04 17:00", 2, "2026-12-07 10:00"),
        ("2026-12-05 12:00", 1, "2026-12-07 10:00"),
        ("2026-12-04 18:00", 0, "2026-12-07 09:00"),
        ("2026-11-30 12:00", 0, "2026-11-30 12:00"),
        ("2026-11-30 09:00", 18.5, "2026-12-02 09:30"),
    ],
)
def test_only_hours_of_service_count(start: str, hours: float, end: str) -> None:
    assert OFFICE.after(at(start), round(hours * HOUR)) == at(end)


@pytest.mark.parametrize(
    ("start", "end"),
    # The clocks skip 02:00 to 03:00 on 28 March and show it twice on 31 October.
    [("2027-03-27 20:00", "2027-03-28 05:00"), ("2027-10-30 20:00", "2027-10-31 03:00")],
)
def test_an_hour_that_a_zone_skips_or_repeats_counts_as_it_passed(start: str, end: str) -> None:
    always = read_hours("Mon-Sun 00:00-24:00 Europe/Berlin")
    assert always.after(at(start, "Europe/Berlin"), 8 * HOUR) == at(end, "Europe/Berlin")


@given(services(), MOMENTS, st.integers(0, 40 * 60))
def test_it_ends_in_service_and_never_before_its_time(
    service: ServiceHours, start: Ms, minutes: int
) -> None:
    end = service.after(start, minutes * MINUTE)
    assert end is None or end >= start + minutes * MINUTE
    if end is not None and minutes:
        assert is_open(service, end - 1)


@given(services(), MOMENTS, st.integers(1, 60), st.integers(1, 60))
def test_two_spans_one_after_the_other_are_their_sum(
    service: ServiceHours, start: Ms, first: int, second: int
) -> None:
    whole = service.after(start, (first + second) * MINUTE)
    middle = service.after(start, first * MINUTE)
    if whole is not None and middle is not None:
        assert service.after(middle, second * MINUTE) == whole


@given(services(), MOMENTS, st.integers(0, 30 * 24 * 60), st.integers(0, 600))
def test_who_asks_later_is_answered_no_earlier(
    service: ServiceHours, start: Ms, later: int, minutes: int
) -> None:
    one = service.after(start, minutes * MINUTE)
    other = service.after(Ms(start + later * MINUTE), minutes * MINUTE)
    if one is not None and other is not None:
        assert one <= other


@given(ZONES, MOMENTS, st.integers(0, 100 * 60))
def test_a_service_without_a_pause_is_round_the_clock(zone: str, start: Ms, minutes: int) -> None:
    always = read_hours(f"Mon-Sun 00:00-24:00 {zone}")
    assert always.after(start, minutes * MINUTE) == start + minutes * MINUTE


def test_what_would_take_more_than_a_year_is_promised_to_nobody() -> None:
    assert read_hours("Mon 09:00-09:01 UTC").after(NOW, 1000 * HOUR) is None


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Mon-Fri", {0, 1, 2, 3, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("Mon,Wed,Fri-Sat", {0, 2, 4, 5}),
        ("Sat", {5}),
    ],
)
def test_days_are_written_as_people_write_them(written: str, days: set[int]) -> None:
    assert read_hours(f"{written} 09:00-18:00 UTC").days == days


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("9-18", "must be like Mon-Fri 09:00-18:00 Asia/Tokyo"),
        ("Mon-Fri 18:00-09:00 UTC", "must begin before it ends"),
        ("Mon-Fri 09:00-25:00 UTC", "25:00 is no time of day"),
        ("Mon-Fri 09:75-18:00 UTC", "09:75 is no time of day"),
        ("Mon-Foo 09:00-18:00 UTC", "Mon-Foo names no days"),
        ("Mon, 09:00-18:00 UTC", " names no days"),
        ("Mon-Fri 09:00-18:00 Asia/Nowhere", "Asia/Nowhere is no time zone"),
    ],
)
def test_hours_that_cannot_be_read_are_told(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"no |names|must") as caught:
        read_hours(written)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "Tokyo", "../etc/passwd", "/etc/passwd", "Asia", "\0", "a" * 300]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone that this machine knows"):
        read_zone(name)


def test_a_time_of_another_day_has_its_date() -> None:
    now = at("2026-11-30 10:00")
    assert read_clock(at("2026-11-30 14:05"), now, "Asia/Tokyo") == "14:05"
    assert read_clock(at("2026-12-01 09:00"), now, "Asia/Tokyo") == "2026-12-01 09:00"
    assert read_clock(at("2026-12-01 02:00"), now, "UTC") == "17:00"


# Severities.

STAGES = Field(
    "sev",
    FieldKind.SELECT,
    "重要度",
    options=(
        Option("1", "S1 - 停止", also="S1 - all is down"),
        Option("2", "S2 - 部分", also="S2 - partly"),
        Option("12", "S12 - 質問", also="S12 - question"),
    ),
)


@pytest.mark.parametrize(
    ("value", "name", "is_it"),
    [
        ("1", "S1", True),
        ("1", "s1 - ALL is down", True),
        ("1", "S1 - 停止", True),
        ("12", "S1", False),
        ("2", "S1", False),
        ("1", "S1 - all", True),
        ("1", "S", False),
    ],
)
def test_a_severity_is_named_by_its_label_or_the_first_words_of_it(
    value: str, name: str, is_it: bool
) -> None:
    option = next(option for option in STAGES.options if option.value == value)
    assert Severity(STAGES, option).is_called(name) is is_it


def severity(values: Values, field: str = "severity", chat: Chat = ACME) -> Severity | None:
    return severity_of(values, field, FORM, chat, RULES.read_address)


def test_the_highest_is_the_first_choice_or_what_is_named_so() -> None:
    high, low = severity({"severity": "10"}), severity({"severity": "11"})
    assert high is not None
    assert low is not None
    assert (high.is_highest(()), low.is_highest(())) == (True, False)
    assert (high.is_highest(("Low",)), low.is_highest(("Low", "Lower"))) == (False, True)


def test_a_preset_of_the_chat_is_a_severity_as_well() -> None:
    chat = replace(ACME, presets=(Preset("severity", ("Low",), '"Low"'),))
    found = severity({"severity": "10"}, chat=chat)
    assert found is not None
    assert found.label == "Low"


def test_where_nobody_said_any_there_is_none() -> None:
    assert severity({}) is None
    assert severity({"severity": "10"}, field="priority") is None


# Promises.

TABLE = Answering(
    "severity",
    responses=(
        Response(1 * HOUR, Plan.PREMIUM, "High"),
        Response(4 * HOUR, Plan.PREMIUM, hours=OFFICE),
        Response(24 * HOUR, severity="High"),
    ),
)


@pytest.mark.parametrize(
    ("chat", "value", "hours"),
    [(PREMIUM, "10", 1), (ACME, "10", 24), (ACME, "11", None), (ACME, "", None)],
)
def test_the_first_row_that_fits_counts(chat: Chat, value: str, hours: int | None) -> None:
    found = severity({"severity": value})
    assert TABLE.promised(chat.plan, found, NOW) == (NOW + hours * HOUR if hours else 0)


def test_a_row_without_a_severity_fits_also_where_nobody_said_any() -> None:
    start = at("2026-12-04 17:00")
    assert TABLE.promised(Plan.PREMIUM, None, start) == at("2026-12-07 12:00")


@pytest.mark.parametrize("language", Language)
def test_the_line_is_in_the_chats_language_and_zone(language: Language) -> None:
    chat = replace(ACME, language=language, zone="Asia/Tokyo")
    now = at("2026-11-30 10:05")
    (line,) = first_answer(Ms(now + 4 * HOUR), now, chat)
    assert line == words(language).first_answer.format(time="14:05", zone="Asia/Tokyo")
    assert first_answer(now, now, chat) == first_answer(Ms(0), now, chat) == ()


# What follows from a ticket.

SUBMITTED = asked(RequestState.SUBMITTED, round=1, values={"summary": "down", "severity": "10"})
FILE = delivered(FileTicket(RequestId("r1")))
TICKET = Filed(TicketId("10007"), TicketKey("HELP-7"), "It is down", "Open", "/portal/2/HELP-7")
PROMISING = replace(RULES, answering=TABLE)
OURS = AccountId("712020:bot")


def filed(chat: Chat, rules: Rules = PROMISING, **known: object) -> Decision:
    event = Delivered(FILE, Outcome(filed=TICKET))
    whole = knowing(chat, **{"request": SUBMITTED, "form": FORM} | known)
    return decide(event, whole, rules, NOW)


def test_the_announcement_says_what_the_table_promises() -> None:
    (announced,) = ordered(filed(PREMIUM), AnnounceTicket)
    assert announced.answer_by == NOW + HOUR
    (silent,) = ordered(filed(PREMIUM, RULES), AnnounceTicket)
    assert silent.answer_by == 0


def test_the_time_counts_from_the_create_even_if_it_was_in_doubt() -> None:
    made = replace(FILE, first_sent_ms=Ms(NOW - 5 * MINUTE))
    event = Delivered(made, Outcome(filed=TICKET))
    decision = decide(event, knowing(PREMIUM, request=SUBMITTED, form=FORM), PROMISING, NOW)
    (announced,) = ordered(decision, AnnounceTicket)
    assert announced.answer_by == NOW + HOUR - 5 * MINUTE


def test_where_the_helpdesk_tells_it_the_table_promises_nothing() -> None:
    telling = replace(FORM, tells_answer_by=True)
    (announced,) = ordered(filed(PREMIUM, form=telling), AnnounceTicket)
    assert announced.answer_by == 0


def read(due: int | None, made_ms: int = NOW) -> Decision:
    event = TicketChanged(replace(ticket(), answer_by=None if due is None else Ms(due)), OURS)
    return happens(event, knowing(link=linked(created_ms=Ms(made_ms))))


def looks(decision: Decision) -> list[Look]:
    return [look for look in decision.looks if look.reason is Reason.READ]


def test_the_first_read_tells_what_the_helpdesk_promises_and_no_later_one_does() -> None:
    (told,) = ordered(read(NOW + HOUR), TellAnswerBy)
    assert told.answer_by == NOW + HOUR
    again, first = read(NOW + 2 * HOUR, NOW - MINUTE), read(NOW + HOUR)
    assert [o.dedupe_key for o in again.orders] == [o.dedupe_key for o in first.orders]


@pytest.mark.parametrize(
    ("due", "made_ms"),
    [(NOW - 1, NOW), (NOW, NOW), (NOW + HOUR, NOW - 2 * HOUR), (0, NOW), (None, NOW)],
)
def test_what_is_overdue_unknown_or_late_is_not_told(due: int | None, made_ms: int) -> None:
    assert read(due, made_ms).orders == ()


def test_a_new_ticket_whose_sla_does_not_run_yet_is_read_once_more() -> None:
    (look,) = looks(read(0))
    assert look.due_ms == NOW + NO_SLA_YET_MS
    assert looks(read(0, NOW - NO_SLA_YET_MS)) == looks(read(None)) == looks(read(NOW + HOUR)) == []


# Escalations.


@pytest.mark.parametrize("to", ["ou_olga", "oc_ops"])
def test_the_highest_severity_of_a_chat_is_told_to_whom_it_names(to: str) -> None:
    chat = replace(PREMIUM, escalate_to=to, name="ACME support")
    decision = filed(chat)
    (told,) = ordered(decision, Escalate)
    assert (told.person or told.chat) == to
    assert (told.severity, told.asked_in, told.key) == ("High", "ACME support", "HELP-7")
    (order,) = [order for order in decision.orders if order.command is told]
    assert (order.chat_id, order.request_id) == (told.chat, SUBMITTED.id)


def test_nobody_is_told_of_a_lower_one_nor_where_nobody_is_named() -> None:
    lower = replace(SUBMITTED, values={"severity": "11"})
    named = replace(PREMIUM, escalate_to="ou_olga")
    assert ordered(filed(named, request=lower), Escalate) == []
    assert ordered(filed(named, request=replace(SUBMITTED, values={})), Escalate) == []
    assert ordered(filed(PREMIUM), Escalate) == []


def test_operators_learn_that_nobody_could_be_told() -> None:
    (escalation,) = ordered(filed(replace(PREMIUM, escalate_to="ou_olga")), Escalate)
    event = Undeliverable(delivered(escalation), "no way to this person", refused=True)
    alarm = escalation.alarm(event, words(Language.EN))
    assert "HELP-7" in alarm
    assert "ou_olga" in alarm
    assert "It is down" not in alarm


def test_retention_forgets_the_title() -> None:
    (escalation,) = ordered(filed(replace(PREMIUM, escalate_to="ou_olga")), Escalate)
    assert escalation.blank().title == ""
