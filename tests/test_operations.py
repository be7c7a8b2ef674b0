"""The dashboard and the alert rules speak of metrics that the bot has, and of all."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import ProcessCollector
from prometheus_client.metrics import MetricWrapperBase

from bot.metrics import Metrics

OPERATIONS = Path(__file__).parent.parent / ".github" / "operations"
DASHBOARD = json.loads((OPERATIONS / "dashboard.json").read_text("utf-8"))
ALERTS = yaml.safe_load((OPERATIONS / "alerts.yml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
PROMETHEUS_OWN = {"instance", "job", "le"}
_NAME = re.compile(r"(?:briefing_bot|process)_[a-z_]+")
_SELECTED = re.compile(r"((?:briefing_bot|process)_[a-z_]+)\{([^}]*)\}")
_GROUPED = re.compile(r"by \(([^)]*)\)")


def labels_by_series() -> dict[str, set[str]]:
    """Return every series that Prometheus would keep, with its labels."""
    found: dict[str, set[str]] = {}
    registered: Any = Metrics().registry._collector_to_names
    for metric, names in registered.items():
        if isinstance(metric, ProcessCollector):
            found |= {each.name: PROMETHEUS_OWN for each in metric.collect()}
            continue
        assert isinstance(metric, MetricWrapperBase)
        for name in names:
            found[name] = {*metric._labelnames} | PROMETHEUS_OWN
    return found


SERIES = labels_by_series()
EXPRESSIONS = {
    **{rule["alert"]: rule["expr"] for rule in RULES},
    **{
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in PANELS
        for target in panel["targets"]
    },
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_an_expression_asks_for_what_there_is(expression: str) -> None:
    """Neither a metric nor a label that nobody sets: such a rule would never fire."""
    names = _NAME.findall(expression)
    labels = {label for name in names for label in SERIES[name]}

    assert names
    for name, conditions in _SELECTED.findall(expression):
        used = re.findall(r"([a-z_]+)(?:=~|!=|!~|=)\"", conditions)
        assert set(used) <= SERIES[name]
    for group in _GROUPED.findall(expression):
        assert {label.strip() for label in group.split(",")} <= labels
    assert expression.count("(") == expression.count(")")


def test_every_metric_is_on_the_dashboard() -> None:
    """What is counted is looked at by somebody; a process's memory and files, too."""
    shown = {name for each in EXPRESSIONS.values() for name in _NAME.findall(each)}
    own = {name for name in SERIES if not name.startswith("process_")}
    kept = {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name in own}
    kept |= {"process_resident_memory_bytes", "process_open_fds"}

    assert kept == {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in shown}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    """Whoever is woken reads it first."""
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert set(rule["annotations"]) == {"summary", "description"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    used = re.findall(r"\$labels\.([a-z]+)", rule["annotations"]["summary"])
    [*names] = _NAME.findall(rule["expr"])
    assert set(used) <= {label for name in names for label in SERIES[name]}


def test_panels_have_their_own_place() -> None:
    """Grafana stacks what overlaps in an order that nobody chose."""
    taken = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
