"""What a form is told besides its fields, and what it can do without."""

import pytest
from jsm_served import Served

from syncd.core.errors import Unavailable
from syncd.core.fields.field import Option
from syncd.core.fields.form import Form
from syncd.core.model import Language
from syncd.sandbox.jsm import site

PRIORITIES = "GET /rest/api/3/priority/search"


def priorities(form: Form) -> tuple[Option, ...]:
    return next(field.options for field in form.fields if field.id == "priority")


def test_priorities_are_explained_and_the_portals_own_form_is_known(here: Served) -> None:
    form = here.helpdesk(request_type="12").form()
    assert form.portal_path == "/servicedesk/customer/portal/2/create/12"
    assert priorities(form)[0] == Option("1", "Highest", about="Nobody can work.")


def test_priorities_that_the_form_does_not_list_are_those_of_the_project(here: Served) -> None:
    here.state.switches.form_lists_priorities = False
    assert [o.label for o in priorities(here.helpdesk(request_type="12").form())] == [
        "Highest", "Medium", "Lowest",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [403, 404, 503])
def test_what_only_decorates_the_form_keeps_it_from_nobody(here: Served, status: int) -> None:
    ours = {"X-AACCOUNTID": site.BOT_ACCOUNT_ID}
    for route in (PRIORITIES, "GET /rest/servicedeskapi/servicedesk/1/requesttype/12$"):
        here.fault(route, "refuse", times=-1, status=status, headers=ours)
    form = here.helpdesk(request_type="12").form()
    assert form.portal_path == ""
    assert priorities(form)[0] == Option("1", "Highest")


def test_priorities_that_nothing_else_lists_are_waited_for(here: Served) -> None:
    here.state.switches.form_lists_priorities = False
    here.fault(PRIORITIES, "refuse", status=503)
    helpdesk = here.helpdesk(request_type="12")
    with pytest.raises(Unavailable):
        helpdesk.form()
    assert priorities(helpdesk.form())


def test_somebody_whom_a_form_names_need_be_no_customer(here: Served) -> None:
    helpdesk = here.helpdesk()
    assert helpdesk.find_account("ben@globex.example") is None
    assert helpdesk.find_person("ben@globex.example") == "712020:ben"
    assert helpdesk.find_person("aiko@acme.example") == "qm:sandbox:aiko"
    assert helpdesk.find_person("nobody@acme.example") is None


def test_the_form_is_asked_in_a_language_by_its_tag(here: Served) -> None:
    helpdesk = here.helpdesk()
    calls = here.made_while(lambda: helpdesk.form(language=Language.JA))
    assert calls[0].path.endswith("/requesttype/10/field")
    assert calls[0].query == "requestLanguage=ja-JP"
