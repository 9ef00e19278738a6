"""A request type whose questions stand in a Form, the summary alone excepted."""

from syncd.sandbox.jsm.forms.design import Choice, Form, Question, Section
from syncd.sandbox.jsm.site import SEVERITY, SUMMARY, RequestType

DESCRIPTION = Question("2", "rt", "What happened?", linked="description")
AREA = Question(
    "3",
    "cd",
    "Area",
    required=True,
    choices=(
        Choice("1", "Database", names=(("ja", "データベース"),)),
        Choice("2", "Network"),
        Choice("3", "Billing"),
    ),
    names=(("ja", "領域"),),
)
ENGINE = Question(
    "4", "cs", "Engine", required=True, choices=(Choice("1", "TiKV"), Choice("2", "Other engine"))
)
WHICH = Question("5", "ts", "Which engine", required=True, rules=(("mxc", 20), ("mnc", 2)))
HOSTS = Question("6", "cl", "Hosts", choices=(Choice("1", "db-01"), Choice("2", "db-02")))
CABLE = Question("7", "no", "Cable number", rules=(("wh", True), ("mnn", 1), ("mxn", 99)))
HOW_BAD = Question("8", "cd", "How bad is it?", required=True, linked=SEVERITY.id)
INVOICE = Question(
    "9", "ts", "Invoice", required=True, rules=(("rgx", {"p": r"INV-\d+", "m": "Like INV-7."}),)
)

IN_A_FORM = RequestType(
    "13",
    "Report by a Form",
    "Most questions stand in a Form, and depend on each other.",
    (SUMMARY,),
    form=Form(
        "Incident",
        (DESCRIPTION, AREA, HOW_BAD),
        (
            Section("2", (CABLE,), "3", ("2",)),
            Section("10", (WHICH,), "4", ("2",)),
            Section("1", (ENGINE, HOSTS), "3", ("1",)),
            Section("3", (INVOICE,), "3", ("3",)),
        ),
    ),
)
