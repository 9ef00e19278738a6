"""Each question is answered as things are, whichever way they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from tenant import ABROAD, OURS, Tenant

from syncd import config
from syncd.doctor.case import Case as Site
from syncd.probe.ground import MESSAGES, Ground
from syncd.probe.question import Answer, State, untold
from syncd.probe.rounds import rounds
from syncd.probe.table import QUESTIONS
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import CLUSTER, EVERY_KIND
from syncd.sandbox.jsm.forms.every import IN_A_FORM
from syncd.sandbox.jsm.records import SlaSays

Prepare = Callable[[Tenant], object]


@dataclass(frozen=True)
class Case:
    code: str
    values: tuple[str, ...]
    """Of its answers, in order; empty where it cannot be told."""
    prepare: Prepare = lambda tenant: None
    chat: str = ""
    person: str = ""


def switched(**switches: object) -> Prepare:
    def prepare(tenant: Tenant) -> None:
        for name, value in switches.items():
            tenant.switch(name, value)

    return prepare


def spoken(**switches: object) -> Prepare:
    """People have written; then it is so."""

    def prepare(tenant: Tenant) -> None:
        tenant.people_write()
        switched(**switches)(tenant)

    return prepare


def sent(**switches: object) -> Prepare:
    """People have sent files."""

    def prepare(tenant: Tenant) -> None:
        tenant.box.lark_people.send_file("aiko", OURS, "a.txt", b"words")
        tenant.box.lark_people.send_file("mei", ABROAD, "b.txt", b"words")
        switched(**switches)(tenant)

    return prepare


def filed(*, comments: int = 0, visibility: str | None = None, **switches: object) -> Prepare:
    """There is a ticket with so many comments."""

    def prepare(tenant: Tenant) -> None:
        people = tenant.box.jira_people
        key = people.create_ticket("aiko", "It is down")
        for _ in range(comments):
            people.comment("erin", key, "we look into it", visibility=visibility)
        switched(**switches)(tenant)

    return prepare


def no_field(**switches: object) -> Prepare:
    """No field is named for the marker."""

    def prepare(tenant: Tenant) -> None:
        tenant.rewrite('marker_field = "customfield_10050"', 'marker_field = ""')
        switched(**switches)(tenant)

    return prepare


def every_kind(*, flat: bool = False, **switches: object) -> Prepare:
    """The request type is one with a field of every kind; `flat`: without second steps."""

    def prepare(tenant: Tenant) -> None:
        tenant.rewrite('request_type = "10"', 'request_type = "12"')
        if flat:
            alone = tuple(replace(one, children=()) for one in CLUSTER.options)
            fields = [f for f in EVERY_KIND.fields if f.id != CLUSTER.id]
            kind = replace(EVERY_KIND, fields=(*fields, replace(CLUSTER, options=alone)))
            tenant.box.jira_state.request_types["12"] = kind
        switched(**switches)(tenant)

    return prepare


def with_form(**switches: object) -> Prepare:
    """Most questions of the request type stand in a Form."""

    def prepare(tenant: Tenant) -> None:
        tenant.rewrite('request_type = "10"', 'request_type = "13"')
        tenant.rewrite('marker_field = "customfield_10050"', 'marker_field = ""')
        tenant.box.jira_state.request_types["13"] = IN_A_FORM
        switched(**switches)(tenant)

    return prepare


def through_gateway(**switches: object) -> Prepare:
    def prepare(tenant: Tenant) -> None:
        site_itself = f'api_base = "{tenant.box.jsm_url}"'
        tenant.rewrite(site_itself, f'api_base = "{tenant.box.jsm_url}{site.GATEWAY}"')
        switched(gateway=True, scoped_token=True, **switches)(tenant)

    return prepare


def elsewhere(tenant: Tenant) -> None:
    """The portal has an address of its own, of which the API knows nothing."""
    filed()(tenant)
    base = f'portal_base = "{tenant.box.jsm_url}"'
    tenant.rewrite(base, 'portal_base = "https://help.invalid"')


def edits(*, seen: bool, subscribed: bool = True) -> Prepare:
    def prepare(tenant: Tenant) -> None:
        switches = tenant.box.lark_state.switches
        switches.app_tells_events = True
        if seen:
            switches.scopes |= {"application:application:self_manage"}
        if not subscribed:
            switches.subscriptions.discard("im.message.updated_v1")

    return prepare


def _(code: str, *values: str, prepare: Prepare | None = None, **named: str) -> Case:
    return Case(code, values, prepare or (lambda tenant: None), **named)


TOLD = (
    _("PB-101", "1"),
    _("PB-101", "", prepare=lambda t: t.box.lark_people.remove_bot(ABROAD)),
    _("PB-102", "readable", "readable", prepare=spoken()),
    _("PB-102", "230027", "readable", prepare=spoken(ext_history="230027")),
    _("PB-103", "1 of 1", "1 of 1", prepare=spoken()),
    _("PB-103", "0 of 1", "1 of 1", prepare=spoken(ext_member_ids="disjoint")),
    _("PB-103", "232033", "1 of 1", prepare=spoken(ext_members="232033")),
    _("PB-103", "", ""),
    _("PB-104", "0 of 1", "1 of 1", prepare=spoken()),
    _("PB-104", "1 of 1", "1 of 1", prepare=spoken(ext_basic="name")),
    _("PB-104", "40001", "1 of 1", prepare=spoken(ext_basic="40001")),
    _("PB-105", "0 of 1 234009", "1 of 1", prepare=sent()),
    _("PB-105", "1 of 1", "1 of 1", prepare=sent(ext_files="ok")),
    _("PB-105", "", "", prepare=spoken()),
    _("PB-106", "yes", prepare=edits(seen=True)),
    _("PB-106", "no", prepare=edits(seen=True, subscribed=False)),
    _("PB-106", "", prepare=edits(seen=False)),
    _("PB-201", "right", prepare=filed()),
    _("PB-201", "wrong", prepare=filed(epoch_ms_in_jql=False)),
    _("PB-201", ""),
    _("PB-202", "always", "never"),
    _("PB-202", "always", "always", prepare=switched(accountid_on_servicedeskapi=True)),
    _("PB-202", "never", "never", prepare=through_gateway()),
    _("PB-202", "always", "never", prepare=through_gateway(gateway_tells_account=True)),
    _("PB-203", "that of jsm.portal_base", prepare=filed()),
    _("PB-203", "that of jsm.api_base", prepare=elsewhere),
    _("PB-203", ""),
    _("PB-204", "a field of its own"),
    _("PB-204", "nowhere", prepare=switched(marker_field_on_form=False)),
    _("PB-204", "labels", prepare=no_field()),
    _("PB-204", "description", prepare=no_field(labels_on_form=False)),
    _("PB-205", "100", prepare=filed(comments=101)),
    _("PB-205", "", prepare=filed(comments=101, comment_field_limit=5000)),
    _("PB-205", "", prepare=filed()),
    _("PB-206", "public", prepare=filed(comments=1, visibility="Service Desk Team")),
    _("PB-206", "not public", prepare=filed(
        comments=1, visibility="Service Desk Team", restricted_is_public_on_desk=False)),
    _("PB-206", "", prepare=filed(comments=1)),
    _("PB-207", "id"),
    _("PB-207", "label", prepare=switched(errors_name_labels=True)),
    _("PB-207", "404", prepare=switched(validates=False)),
    _("PB-208", str(100 << 20)),
    _("PB-208", "0", prepare=switched(attachments_enabled=False)),
    _("PB-209", "answered"),
    _("PB-209", "refused", prepare=switched(forms_status=403)),
    _("PB-210", "children", prepare=every_kind()),
    _("PB-210", "flat", prepare=every_kind(flat=True)),
    _("PB-210", ""),
    _("PB-211", "a list of texts", prepare=every_kind(preset_values=("3",))),
    _("PB-211", "a list of objects with id and value", prepare=every_kind(
        preset_values=({"id": "3", "value": "Medium"},))),
    _("PB-211", "", prepare=every_kind()),
    _("PB-212", "2 running with an end", prepare=filed()),
    _("PB-212", "2 paused with an end", prepare=filed(sla_says=SlaSays.PAUSED)),
    _("PB-212", "2 that do not apply", prepare=filed(sla_says=SlaSays.NOTHING)),
    _("PB-212", "2 with an error", prepare=filed(sla_says=SlaSays.ERROR)),
    _("PB-212", "", prepare=filed(slas_on_site=False)),
    _("PB-213", "taken", prepare=with_form()),
    _("PB-213", "400", prepare=with_form(form_required=True)),
    _("PB-213", ""),
    _("PB-301", "found", chat=OURS),
    _("PB-301", "stub", prepare=switched(stub_cards=True), chat=OURS),
    _("PB-301", "found", prepare=switched(cards_in_user_dsl=True), chat=OURS),
    _("PB-302", "sent", chat=OURS),
    _("PB-302", "230028", prepare=switched(dlp_refuses_emails=True), chat=OURS),
    _("PB-303", "230099", chat=OURS),
    _("PB-303", "sent", prepare=switched(options_count=False), chat=OURS),
    _("PB-304", "sent", chat=OURS, person="ou_aiko"),
    _("PB-304", "230027", chat=ABROAD, person="ou_mei"),
    _("PB-304", "sent", prepare=switched(ext_ephemeral="ok"), chat=ABROAD, person="ou_mei"),
    _("PB-401", "400"),
    _("PB-401", "201", prepare=switched(unknown_fields_refused=False)),
    _("PB-402", "edited: yes", "hidden: no", "deleted: yes"),
    _("PB-402", "edited: yes", "hidden: no", "deleted: yes", prepare=with_form()),
    _("PB-402", "edited: no", "hidden: yes", "deleted: no", prepare=switched(
        edit_bumps_updated=False, flip_bumps_updated=True, delete_bumps_updated=False)),
    _("PB-403", "1 of 2"),
    _("PB-403", "0 of 2", prepare=switched(bot_comment_stops_sla=False)),
    _("PB-403", "", prepare=switched(sla_says=SlaSays.NOTHING)),
)  # fmt: skip


@pytest.mark.parametrize(
    "case", TOLD, ids=[f"{one.code} {' '.join(one.values) or '-'}" for one in TOLD]
)
def test_a_question_is_answered_as_things_are(tenant: Tenant, case: Case) -> None:
    case.prepare(tenant)
    (told,) = tenant.asks(case.code, chat=case.chat, person=case.person)
    assert tuple(one.value for one in told.answers) == case.values, told.answers
    open_ones = [one.state is State.OPEN for one in told.answers]
    assert open_ones == [not value for value in case.values]
    assert tenant.left == []


def test_a_long_history_says_that_it_was_not_read_to_its_end(tenant: Tenant) -> None:
    for _ in range(MESSAGES + 1):
        tenant.box.lark_people.say("aiko", OURS, "good morning")
    (told,) = tenant.asks("PB-102")
    assert f"at least {MESSAGES} of 14 days" in told.answers[1].said


def test_what_nobody_foresaw_leaves_its_question_open_and_asks_the_next(tenant: Tenant) -> None:
    def breaks(ground: Ground) -> Iterator[Answer]:
        raise LookupError("somebody's words")

    odd = replace(QUESTIONS[0], code="PB-100", ask=breaks)
    path = tenant.config_file()
    with Site(path, loaded=config.load(path)) as case, Ground(case) as ground:
        told = list(rounds(ground, [odd, QUESTIONS[0]], lambda question: False))
    assert told[0].answers == (untold("it could not be asked: LookupError"),)
    assert told[1].state is State.ANSWERED


def test_every_question_is_played_here() -> None:
    assert {case.code for case in TOLD} == {question.code for question in QUESTIONS}
