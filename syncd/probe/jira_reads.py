"""What Jira answers without anything being written."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from syncd.core.errors import RemoteFailure
from syncd.core.model import DESCRIPTION, SUMMARY, CommentId, TicketKey
from syncd.core.operators.platforms import Search
from syncd.core.operators.site import cloud_id_in
from syncd.helpdesk.jsm.wire import comments, form, people, probe, tickets, validation
from syncd.helpdesk.jsm.wire.call import DESK, Call, Family
from syncd.helpdesk.jsm.wire.members import Obj, children, lenient, root
from syncd.probe.ground import Ground
from syncd.probe.question import Answer, answer, number, untold

_ACCOUNT = "x-aaccountid"
_TOLD = {Search.RIGHT: "finds them", Search.WRONG: "does not find them"}


# https://confluence.atlassian.com/jirasoftwarecloud/advanced-searching-fields-reference-764478339.html
def milliseconds(ground: Ground) -> Iterator[Answer]:
    found = ground.jira.survey.search(ground.desk.project)
    if found is Search.UNPROVEN:
        yield untold("there is no ticket on which the search could be proven")
    else:
        yield answer(found, f"a search for changes by milliseconds {_TOLD[found]}")


# https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
def account_header(ground: Ground) -> Iterator[Answer]:
    """Which routes say in X-AACCOUNTID whom they took us for."""
    calls = {
        Family.PLATFORM: [people.myself(), tickets.site_fields()],
        Family.DESK: [form.desk(ground.desk.service_desk), Call("GET", f"{DESK}/info")],
    }
    by = "through the gateway" if cloud_id_in(ground.case.config.jsm.api_base) else "at the site"
    for family, asked in calls.items():
        told = [bool(ground.exchange(call).headers.get(_ACCOUNT)) for call in asked]
        often = "always" if all(told) else "sometimes" if any(told) else "never"
        yield answer(often, f"answers of {family} {by} {often} name our account")


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-get
def portal_link(ground: Ground) -> Iterator[Answer]:
    """Which host links to a ticket have."""
    jsm = ground.case.config.jsm
    for ticket in ground.recent[:10]:
        shown = ground.exchange(probe.portal_request(ticket))
        if shown.status != 200:
            continue
        host = urlsplit(lenient(root(shown), "_links", "web")).netloc
        bases = {"jsm.portal_base": jsm.portal_base, "jsm.api_base": jsm.api_base}
        same = (key for key, base in bases.items() if urlsplit(base).netloc == host)
        key = next(same, "")
        said = f"that of {key}" if key else "another one"
        yield answer(said, f"the host of the portal's links is {said}")
        return
    yield untold("there is no request whose link could be looked at")


def marker(ground: Ground) -> Iterator[Answer]:
    """Where a ticket can carry what it is found again by."""
    for nth, kind in enumerate(ground.desk.kinds, 1):
        read = ground.jira.form(kind)
        place = read.marker_place
        if not place:
            yield answer("nowhere", f"request type {nth}: nothing on its form can hold a marker")
        else:
            known = place if place in (SUMMARY, DESCRIPTION, "labels") else "a field of its own"
            yield answer(known, f"request type {nth}: the marker's place is {known}")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
def cut_comments(ground: Ground) -> Iterator[Answer]:
    """From how many comments on a bulk read leaves some out."""
    whole, cut = 0, 0
    for listed in _comment_fields(ground):
        total, there = listed.get("total"), len(children(listed, "comments"))
        if isinstance(total, int) and total > there:
            cut = there
        else:
            whole = max(whole, there)
    if cut:
        yield answer(cut, f"a bulk read brings {cut} comments of a ticket that has more")
    elif whole:
        yield untold(f"no recent ticket has more comments than a bulk read brings ({whole})")
    else:
        yield untold("no recent ticket has a comment")


def _comment_fields(ground: Ground) -> list[Obj]:
    fields = (one.get("fields") for one in ground.issues(ground.recent, "comment"))
    listed = (field.get("comment") for field in fields if isinstance(field, dict))
    return [one for one in listed if isinstance(one, dict)]


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-commentid-get
def restricted(ground: Ground) -> Iterator[Answer]:
    """What the portal says of a comment that only a role may read."""
    for issue in ground.issues(ground.recent, "comment"):
        fields = issue.get("fields")
        listed = fields.get("comment") if isinstance(fields, dict) else None
        for one in children(listed, "comments") if isinstance(listed, dict) else []:
            if isinstance(one.get("visibility"), dict):
                yield _portal_says(ground, lenient(issue, "key"), lenient(one, "id"))
                return
    yield untold("no recent ticket has a comment that is restricted to a role")


def _portal_says(ground: Ground, key: str, comment: str) -> Answer:
    shown = ground.exchange(comments.portal_view(TicketKey(key), CommentId(comment)))
    if shown.status != 200:
        return answer(shown.status, f"a restricted comment is not shown, {shown.status}")
    public = root(shown).get("public") is True
    word = "public" if public else "not public"
    return answer(word, f"a restricted comment is called {word}")


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
def validation_answer(ground: Ground) -> Iterator[Answer]:
    """How a field is named that is wrong; the question creates nothing."""
    create = ground.draft_call()
    body = dict(create.body or {})
    values = body.get("requestFieldValues")
    emptied = {**values, SUMMARY: ""} if isinstance(values, dict) else {}
    asked = replace(validation.of_create(create), body=body | {"requestFieldValues": emptied})
    told = ground.exchange(asked)
    if told.status != 400:
        missing = told.status in (404, 405)
        said = "the site has no validation" if missing else f"an empty summary gets {told.status}"
        yield answer(told.status, said)
        return
    errors = root(told).get("fieldErrors")
    listed = errors if isinstance(errors, list) else []
    named = {lenient(one, "field") for one in listed if isinstance(one, dict)}
    label = next((f.label for f in ground.draft.form.fields if f.id == SUMMARY), "")
    if SUMMARY in named:
        yield answer("id", "a wrong field is named by its id")
    elif label in named:
        yield answer("label", "a wrong field is named by its label")
    else:
        yield answer("neither", "a wrong field is named neither by its id nor by its label")


# https://developer.atlassian.com/cloud/forms/rest/
def form_left_out(ground: Ground) -> Iterator[Answer]:
    """Whether a request without the Form of its type would be taken; nothing is created."""
    if not ground.draft.form.attached:
        yield untold("the first request type has no Form")
        return
    create = ground.draft_call()
    body = {name: value for name, value in (create.body or {}).items() if name != "form"}
    told = ground.exchange(replace(validation.of_create(create), body=body))
    if told.status == 200:
        yield answer("taken", "a request without its Form passes the check")
    else:
        yield answer(told.status, f"a request without its Form is refused, {told.status}")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/
def upload_limit(ground: Ground) -> Iterator[Answer]:
    limit = ground.jira.upload_limit()
    if limit is None:
        yield answer("untold", "the site does not tell how large a file may be")
    elif limit:
        yield answer(limit, f"a file may have {limit} bytes")
    else:
        yield answer(0, "the site takes no files")


# https://developer.atlassian.com/cloud/forms/rest/
def forms(ground: Ground) -> Iterator[Answer]:
    """Whether the Forms API answers our token."""
    by = "with scopes" if cloud_id_in(ground.case.config.jsm.api_base) else "without scopes"
    try:
        read = ground.jira.form(ground.desk.kinds[0])
    except RemoteFailure as failure:
        code = number(failure)
        yield answer(code, f"the form cannot be read, {code}")
        return
    if read.unread:
        yield answer("refused", f"a token {by} is refused by the Forms API")
    else:
        has = "has a Form" if read.attached else "has none"
        yield answer("answered", f"a token {by} is answered by the Forms API: the type {has}")
