"""The dashboard and the rules name what is exported, and all of it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from scraped import Scraped

from syncd.core.delivery import Delivery
from syncd.core.errors import StoreError
from syncd.core.kinds import PostUpdate
from syncd.core.lifecycle import Step
from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    RequestState,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.core.operators.census import Census
from syncd.core.operators.meter import Meter
from syncd.ops.metrics.counted import Counted, Vocabulary
from syncd.ops.metrics.page import Metrics
from syncd.ops.metrics.standing import Sources

_ROOT = Path(__file__).parents[2]
_MONITORING = _ROOT / "docs" / "monitoring"
_NAMED = re.compile(r"\b(syncd_[a-z_]+)\b(?:\{([^}]*)\})?")
_OF_SCRAPE = {"instance", "job"}
_VOCABULARY = Vocabulary(
    ("im.message.receive_v1",), {Destination.LARK: ("send", "login"), Destination.JSM: ("search",)}
)
_CENSUS = Census(
    deliveries={(Destination.LARK, DeliveryState.READY): 3},
    oldest_ready={Destination.LARK: 12.5},
    lanes_held=2,
    dead_to_act_on=1,
    events_waiting=4,
    events_dead=5,
    requests={RequestState.ASKED: 6},
    unread_tickets=7,
    poll_age=8.0,
    bytes=9,
)
_PLACE = Thread(ChatId("oc"), MessageId("om")), True, TicketId("1"), TicketKey("HELP-1")
_POST = PostUpdate(*_PLACE, "title", "/1", CommentId("2"), "Eve", "[]")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def census_that_fails() -> Census:
    raise StoreError("The database is away.")


def metrics(quota: int = 10_000, clock: Clock | None = None, census: Any = lambda: _CENSUS) -> Any:
    """Return metrics of which everything was told once."""
    made = Metrics(_VOCABULARY, clock or Clock())
    sources = Sources(lambda: True, lambda: True, lambda: {"poll"}, ("poll", "socket"), "sqlite")
    made.ask(census, sources, quota, ("login",))
    meter = made.meter
    meter.received("im.message.receive_v1", new=True)
    meter.answered("event", "ok", 0.2)
    meter.called(Destination.LARK, "send", 200, 0.1)
    meter.called(Destination.LARK, "login", 200, 0.1)
    meter.called(Destination.LARK, "send", 429, 0.1)
    meter.called(Destination.JSM, "search", 0, 30.0)
    meter.limited("jsm", "burst")
    meter.stepped(delivered(Ms(1000), Ms(4000)), Step.OK)
    meter.polled(ok=True)
    meter.swept("3", ok=True, found=2)
    meter.connected()
    return made


def delivered(written: Ms, settled: Ms) -> Delivery:
    command = PostUpdate(**{**vars(_POST), "written_ms": written})
    about = {"lane": "l", "dedupe_key": "k", "enqueued_ms": written, "settled_ms": settled}
    return Delivery(DeliveryId("d"), command, state=DeliveryState.DONE, **about)


def scrape(made: Any) -> Scraped:
    return Scraped(made.page().body)


@pytest.fixture(scope="module")
def exported() -> dict[str, set[str]]:
    """Each series of ours and the labels that it has."""
    found = scrape(metrics()).series()
    return {name: labels for name, labels in found.items() if name.startswith("syncd_")}


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((_MONITORING / "rules.yml").read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    read = json.loads((_MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    return [panel for panel in read["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    """Yield each expression, and the text beside it that names labels."""
    for rule in rules():
        yield rule["expr"], " ".join(rule["annotations"].values())
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]


def test_grafanas_own_reader_takes_the_whole_dashboard() -> None:
    """What it did not know it would leave out when it writes the dashboard again."""
    plugins.register_default_plugins()
    ours = json.loads((_MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    again = json.loads(JSONEncoder().encode(Dashboard.from_json(ours)))
    assert lacks(ours, again) == []


def lacks(ours: object, theirs: object, at: str = "") -> list[str]:
    """Return where something of ours is missing or other in theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        every = (lacks(value, theirs.get(key), f"{at}/{key}") for key, value in ours.items())
        return [one for found in every for one in found]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        every = (lacks(one, other, f"{at}/{n}") for n, (one, other) in pairs)
        return [one for found in every for one in found]
    return [] if ours == theirs else [at]


def test_whatever_a_meter_is_told_is_counted() -> None:
    told = {name for name, held in vars(Meter).items() if callable(held) and name[0] != "_"}
    assert told <= vars(Counted).keys()


def test_each_name_in_an_expression_is_exported_with_the_labels_it_is_asked_for(
    exported: dict[str, set[str]],
) -> None:
    for expression, _ in expressions():
        named = _NAMED.findall(expression)
        assert named, expression
        assert {name for name, _ in named} <= exported.keys(), expression
        for name, matchers in named:
            assert set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", matchers)) <= exported[name], name


def test_what_it_is_summed_by_and_called_is_a_label(exported: dict[str, set[str]]) -> None:
    for expression, beside in expressions():
        has = _OF_SCRAPE.union(*(exported[name] for name, _ in _NAMED.findall(expression)))
        by = re.findall(r"\b(?:by|on|ignoring) \(([^)]*)\)", expression)
        asked = {label.strip() for labels in by for label in labels.split(",") if label.strip()}
        asked |= set(re.findall(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}", beside))
        assert asked <= has, expression


def test_nothing_is_exported_that_nobody_looks_at(exported: dict[str, set[str]]) -> None:
    looked_at = {name for expression, _ in expressions() for name, _ in _NAMED.findall(expression)}
    assert {base(name) for name in exported} == {base(name) for name in looked_at}


def test_the_docs_have_each_metric_with_its_labels(exported: dict[str, set[str]]) -> None:
    page = (_ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    section = re.search(r"^## Metrics\n(.*?)^##", page, re.MULTILINE | re.DOTALL)
    assert section
    told: dict[str, set[str]] = {}
    row = re.compile(r"^\| ((?:`syncd_\w+`(?:, )?)+) \|([^|]*)\|", re.MULTILINE)
    for names, labels in row.findall(section[1]):
        for name in re.findall(r"`(\w+)`", names):
            told[name] = set(re.findall(r"`(\w+)`", labels))
    wanted: dict[str, set[str]] = {}
    for name, labels in exported.items():
        wanted.setdefault(base(name), set()).update(labels - {"le"})
    assert told == wanted


def test_each_alert_says_what_people_see_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 10
    for rule in rules():
        assert rule["annotations"].keys() == {"summary", "users", "runbook"}, rule["alert"]
        assert all(len(told) > 15 for told in rule["annotations"].values()), rule["alert"]
        assert rule["labels"]["severity"] in ("warning", "critical")


def test_each_command_and_event_that_a_runbook_names_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in _ROOT.glob("syncd/**/*.py"))
    for rule in rules():
        for told in re.findall(r"`([^`]+)`", rule["annotations"]["runbook"]):
            words = told.replace("syncd ", "").replace("systemctl status", "run").split()
            assert re.search(rf"\b{re.escape(words[0].strip('/'))}\b", code), told


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_promtool_takes_rules_expressions_and_page(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    recorded = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, (expression, _) in enumerate(expressions())
    ]
    as_rules = tmp_path / "panels.yml"
    as_rules.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}))
    page = metrics().page().body
    for words, given in (
        (("check", "rules", str(_MONITORING / "rules.yml")), ""),
        (("check", "rules", str(as_rules)), ""),
        (("check", "metrics"), page),
    ):
        ran = subprocess.run([promtool, *words], input=given, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_month_is_projected_from_the_last_day_and_only_from_what_counts() -> None:
    clock = Clock()
    made = metrics(clock=clock)
    clock.now = 1800
    name = "syncd_lark_projected_month_calls"
    assert scrape(made).by("feature", name) == {"send": 30 * 24}, "the first hour is a whole one"
    clock.now = 86_400
    assert scrape(made).by("feature", name) == {"send": 30}
    for clock.now in range(90_000, 5 * 86_400, 3_600):
        scrape(made)
    assert scrape(made).by("feature", name) == {}, "a day without a call"
    made.meter.called(Destination.LARK, "send", 200, 0.1)
    assert 25 < scrape(made).value(name, feature="send") <= 30
    assert scrape(made).value("syncd_lark_monthly_quota_calls") == 10_000


def test_an_answer_is_timed_from_when_its_source_says_that_it_was_written() -> None:
    made = metrics()
    assert scrape(made).value("syncd_answer_seconds_sum", kind="PostUpdate") == 3
    made.meter.stepped(delivered(Ms(5000), Ms(4000)), Step.OK)
    made.meter.stepped(delivered(Ms(0), Ms(4000)), Step.OK)
    made.meter.stepped(delivered(Ms(1000), Ms(4000)), Step.FOUND)
    told = scrape(made)
    assert told.value("syncd_answer_seconds_sum", kind="PostUpdate") == 3, "a clock is ahead"
    assert told.value("syncd_answer_seconds_count", kind="PostUpdate") == 2
    assert told.value("syncd_deliveries_total", kind="PostUpdate", outcome="done") == 4


def test_a_database_that_cannot_be_read_leaves_the_rest_of_the_page() -> None:
    told = scrape(metrics(census=census_that_fails))
    assert told.value("syncd_database_readable") == 0
    assert "syncd_deliveries_waiting" not in told.series()
    assert told.value("syncd_lark_connections_total") == 1


def base(name: str) -> str:
    return re.sub(r"_(bucket|sum|count)$", "", name)
