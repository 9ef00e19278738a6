"""The helpdesk's form comes back from the cache as it was put there."""

from syncd.core.fields.field import Field, FieldKind, Option, Trigger
from syncd.core.fields.form import Form
from syncd.loops.forms import stored

WHOLE = Form(
    (
        Field("summary", FieldKind.TEXT, "概要 😀", required=True, help="\u00a0?", max_length=255),
        Field(
            "area",
            FieldKind.SELECT,
            "Area",
            options=(
                Option("db", "Database", "Where it is kept", "Datenbank", partial=True),
                Option("db/1", "Database / one", parent="db"),
            ),
            unlisted=3,
            native="list in two steps",
            when=((Trigger("summary", ("a", "b")), Trigger("x", ())), (Trigger("y", ("c",)),)),
        ),
    ),
    retired=(Field("old", FieldKind.NUMBER, "Old", least=1.5, most=9.0, whole=True),),
    attached="Incident",
    unread="HTTP 503",
    without="customfield_1",
    portal_path="/servicedesk/customer/portal/2/create/10",
)


def test_a_form_is_read_as_it_was_written() -> None:
    again = stored.load(stored.dump(WHOLE))
    assert again == WHOLE
    assert (again.retired, again.unread) == (WHOLE.retired, "HTTP 503")
    assert stored.load(stored.dump(Form())) == Form()
