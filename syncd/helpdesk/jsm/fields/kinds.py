"""The table of all kinds of fields: by what each is known, how it is asked, how it is written.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-requesttype-requesttypeid-field-get
"""

from dataclasses import dataclass

from syncd.core.fields.field import FieldKind
from syncd.helpdesk.jsm.fields import written
from syncd.helpdesk.jsm.fields.written import Write

_LONGEST_LINE = 255
_LONGEST_INPUT = 1000


@dataclass(frozen=True)
class Kind:
    """One kind of field, as the table in docs/fields.md has it."""

    name: str
    asked: FieldKind
    write: Write
    types: tuple[str, ...] = ()
    """`jiraSchema.type`; none: any."""
    items: str = ""
    called: tuple[str, ...] = ()
    """What `jiraSchema.custom` ends with, or `jiraSchema.system`; none: anything."""
    longest: int = _LONGEST_INPUT
    """Characters that are taken of what is typed."""
    chosen: bool = False
    """Whether its choices come from the configuration, since Jira lists none."""

    def fits(self, type: str, items: str, called: str) -> bool:
        rightly_called = not self.called or called in self.called
        return rightly_called and self.items == items and (not self.types or type in self.types)


_PORTAL = FieldKind.UNSUPPORTED
_ASSETS = ("cmdb-object-cftype", "insight-object-field", "rlabs-customfield-object")

KINDS = (
    Kind("paragraphs", FieldKind.MULTILINE, written.paragraphs, ("string",), "",
         ("description", "environment", "textarea")),
    Kind("URL", FieldKind.URL, written.line, ("string",), "", ("url",), _LONGEST_LINE),
    # An old example of the document has `string` for radio buttons.
    Kind("radio buttons", FieldKind.SELECT, written.by_id, ("option", "string"), "",
         ("radiobuttons",)),
    Kind("text", FieldKind.TEXT, written.line, ("string",), longest=_LONGEST_LINE),
    Kind("number", FieldKind.NUMBER, written.number, ("number",)),
    Kind("date", FieldKind.DATE, written.line, ("date",)),
    Kind("date and time", FieldKind.MOMENT, written.moment, ("datetime",)),
    Kind("labels", FieldKind.LABELS, written.labels, ("array",), "string", ("labels",)),
    Kind("priority", FieldKind.SELECT, written.by_id, ("priority",)),
    Kind("list", FieldKind.SELECT, written.by_id, ("option",)),
    Kind("checkboxes", FieldKind.MULTISELECT, written.each_by_id, ("array",), "option",
         ("multicheckboxes",)),
    Kind("list, several", FieldKind.MULTISELECT, written.each_by_id, ("array",), "option"),
    Kind("list in two steps", FieldKind.SELECT, written.cascade, ("option-with-child",)),
    Kind("components", FieldKind.MULTISELECT, written.each_by_id, ("array",), "component"),
    Kind("version", FieldKind.SELECT, written.by_id, ("version",)),
    Kind("versions", FieldKind.MULTISELECT, written.each_by_id, ("array",), "version"),
    # Participants are no field but a member of the request.
    Kind("participants", _PORTAL, written.never, ("array",), "user", ("sd-request-participants",)),
    Kind("user", FieldKind.PERSON, written.account, ("user",)),
    Kind("users", FieldKind.PEOPLE, written.accounts, ("array",), "user"),
    Kind("organizations", FieldKind.ORGANIZATIONS, written.organizations, ("array",),
         "sd-customerorganization"),
    Kind("services", FieldKind.MULTISELECT, written.services, ("array",), "",
         ("service-entity-field-cftype",), chosen=True),
    # Exports of different sites have `any`, `array` or `object`.
    Kind("assets", FieldKind.MULTISELECT, written.objects, (), "", _ASSETS, chosen=True),
    Kind("group", _PORTAL, written.never, ("group",)),
    Kind("groups", _PORTAL, written.never, ("array",), "group"),
    Kind("project", _PORTAL, written.never, ("project",)),
    Kind("team", _PORTAL, written.never, ("team",)),
    Kind("security level", _PORTAL, written.never, ("securitylevel",)),
    Kind("attachment", _PORTAL, written.never, ("array",), "attachment"),
)  # fmt: skip
"""The first that fits is the one."""

OTHER = Kind("anything else", _PORTAL, written.never)
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(type: str, items: str, called: str) -> Kind:
    return next((kind for kind in KINDS if kind.fits(type, items, called)), OTHER)


def named(name: str) -> Kind:
    """Return the kind that a field calls its own (`Field.native`)."""
    return _BY_NAME.get(name, OTHER)
