"""Alerts, dashboard and runbook: they are valid, fire when they should, and name what there is."""

import json
import re
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from clients.python_sdk import erase, profile
from harness import Service
from scenes import Scene

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy/monitoring"
ALERTS = FOLDER / "alerts.yml"
# `make test` puts it there where the system has none.
PROMTOOL = shutil.which("promtool") or shutil.which("promtool", path=ROOT / ".cache/prometheus/usr/bin")

needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="`make test` brings Prometheus's promtool")


def promtool(*arguments: str | Path, given: str | None = None) -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    return found


def queries() -> list[str]:
    """Return the dashboard's queries, with numbers and names in place of its variables."""
    asked = [target["expr"] for panel in panels() for target in panel.get("targets", ())]
    return [
        one.replace("$__rate_interval", "5m").replace("$job", "wuhen").replace("$instance", ".*")
        for one in asked
    ]


@needs_promtool
def test_rules_and_configuration_are_valid() -> None:
    promtool("check", "rules", "--lint-fatal", ALERTS)
    promtool("check", "config", "--lint-fatal", FOLDER / "prometheus.yml")


@needs_promtool
def test_every_query_of_the_dashboard_can_be_asked(tmp_path: Path) -> None:
    recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries())]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": recorded}]}))
    promtool("check", "rules", file)


@dataclass(frozen=True)
class Case:
    """What is the case, minute by minute, and which alert fires in the end."""

    series: dict[str, str]
    fires: str | None
    minutes: int = 60


CALLS = 'wuhen_calls_total{instance="a",job="wuhen",action="EraseRegions",code="%s"}'
SLOW = 'wuhen_call_seconds_bucket{instance="a",job="wuhen",action="EraseRegions",le="%s"}'
FREE = 'wuhen_free_bytes{instance="a",job="wuhen",place="data"}'
MEMORY = 'process_resident_memory_bytes{instance="a",job="wuhen"}'
OLDEST = 'wuhen_submitted_oldest_seconds{instance="a",job="wuhen"}'
HOURS = 300
"""Minutes that what grows slowly is watched for."""
CASES = {
    "down": Case({'up{instance="a",job="wuhen"}': "0x60"}, "WuhenDown"),
    "up": Case({'up{instance="a",job="wuhen"}': "1x60"}, None),
    "gates away": Case({'wuhen_gates_away{instance="a",job="wuhen"}': "1x60"}, "WuhenGatesAway"),
    "not ready": Case({'wuhen_ready{instance="a",job="wuhen"}': "0x60"}, "WuhenNotReady"),
    "not ready for a minute": Case({'wuhen_ready{instance="a",job="wuhen"}': "1x58 0 1"}, None),
    "an outage by code": Case({CALLS % "InternalError": "0x49 1x10"}, "WuhenInternalError"),
    "no outage": Case({CALLS % "InternalError": "0x60", CALLS % "OK": "0+10x60"}, None),
    "jobs fail": Case(
        {CALLS % "OK": "0+90x60", CALLS % "FailedOperation.InnerError": "0+10x60"}, "WuhenFailing"
    ),
    "bad pictures": Case(
        {CALLS % "OK": "0+90x60", CALLS % "FailedOperation.ImageDecodeFailed": "0+90x60"}, None
    ),
    "strangers hide no failures": Case(
        {
            CALLS % "OK": "0+9x60",
            CALLS % "FailedOperation.ServerError": "0+1x60",
            CALLS % "AuthFailure.SecretIdNotFound": "0+100x60",
        },
        "WuhenFailing",
    ),
    "refusing": Case(
        {
            CALLS % "RequestLimitExceeded": "0+20x60",
            CALLS % "OK": "0+80x60",
            'wuhen_refusals_total{instance="a",job="wuhen",reason="rate"}': "0+20x60",
        },
        "WuhenRefusing",
    ),
    "slow": Case({SLOW % "30": "0+10x60", SLOW % "60": "0+20x60", SLOW % "+Inf": "0+20x60"}, "WuhenSlow"),
    "quick": Case({SLOW % "30": "0+20x60", SLOW % "60": "0+20x60", SLOW % "+Inf": "0+20x60"}, None),
    "jobs wait": Case({OLDEST: "0+60x90"}, "WuhenJobsWaiting", 90),
    "jobs are taken": Case({OLDEST: "0+60x40 0+60x40"}, None, 80),
    "callers gone": Case({CALLS % "ClientGone": "0+30x60", CALLS % "OK": "0+70x60"}, "WuhenCallersGone"),
    "workers lost": Case(
        {'wuhen_worker_losses_total{instance="a",job="wuhen",cause="memory"}': "0+1x60"},
        "WuhenLosingWorkers",
    ),
    "workers asked to stop": Case(
        {'wuhen_worker_losses_total{instance="a",job="wuhen",cause="asked"}': "0+1x60"}, None
    ),
    "strangers": Case({CALLS % "AuthFailure.SignatureFailure": "0+600x60"}, "WuhenStrangers"),
    "disk full": Case({FREE: "1000000000x60"}, "WuhenDiskFilling"),
    "disk filling": Case({FREE: f"90000000000-200000000x{HOURS}"}, "WuhenDiskFilling", HOURS),
    "disk just set up": Case({FREE: "90000000000-1000000000x20 70000000000x10"}, None, 30),
    "disk in use": Case({FREE: f"90000000000-1000000x{HOURS}"}, None, HOURS),
    "descriptors": Case(
        {
            'process_open_fds{instance="a",job="wuhen"}': "900x60",
            'process_max_fds{instance="a",job="wuhen"}': "1000x60",
        },
        "WuhenOutOfDescriptors",
    ),
    "growing": Case({MEMORY: f"1000000000+1000000x{HOURS}"}, "WuhenGrowing", HOURS),
    "warming up": Case({MEMORY: f"100000000+1000000x{HOURS}"}, None, HOURS),
    "restarting": Case(
        {'process_start_time_seconds{instance="a",job="wuhen"}': "0+60x60"}, "WuhenRestarting"
    ),
}


def firing(alert: str) -> dict[str, Any]:
    return {"labels": f'{{alertname="{alert}"}}', "value": 1}


@pytest.mark.slow
@needs_promtool
def test_alerts_fire_when_they_should_and_not_otherwise(tmp_path: Path) -> None:
    assert {case.fires for case in CASES.values()} - {None} == {rule["alert"] for rule in rules()}
    tests = [
        {
            "name": name,
            "interval": "1m",
            "input_series": [{"series": one, "values": values} for one, values in case.series.items()],
            "promql_expr_test": [
                {
                    "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                    "eval_time": f"{case.minutes}m",
                    "exp_samples": [firing(case.fires)] if case.fires else [],
                }
            ],
        }
        for name, case in CASES.items()
    ]
    file = tmp_path / "tests.yml"
    file.write_text(json.dumps({"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tests}))
    promtool("test", "rules", file)


def runbook() -> dict[str, str]:
    """Return what the documentation says of each alert, by the alert's name."""
    text = (ROOT / "docs/operations.md").read_text()
    return dict(re.findall(r"^### (Wuhen\w+)\n\n(.+?)(?=^##)", text, re.MULTILINE | re.DOTALL))


def test_each_alert_has_its_part_of_the_runbook_and_a_severity() -> None:
    assert sorted(runbook()) == sorted(rule["alert"] for rule in rules())
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert len(runbook()[rule["alert"]]) > 100


def test_panels_have_their_own_numbers_and_places() -> None:
    assert len({panel["id"] for panel in panels()}) == len(panels())
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert all(panel["targets"] for panel in panels() if panel["type"] != "row")


@pytest.fixture(scope="module")
def page(observed: Service, scene: Scene) -> str:
    """The metrics of a service that has done something."""
    erase(scene.parameters(), observed.key, profile(observed))
    url = next(line["url"] for line in observed.log_lines() if line["event"] == "metrics")
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


@pytest.mark.service
def test_what_is_asked_for_is_there(page: str) -> None:
    there = {
        family.name + suffix
        for family in text_string_to_metric_families(page)
        for suffix in SUFFIXES[family.type]
    }
    for query in [*queries(), *(rule["expr"] for rule in rules())]:
        asked = set(re.findall(r"\b(?:wuhen|process)_\w+", re.sub(r'"[^"]*"', "", query)))
        assert asked <= there, query


@pytest.mark.service
def test_the_documentation_names_every_metric(page: str) -> None:
    text = (ROOT / "docs/operations.md").read_text()
    for family in text_string_to_metric_families(page):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert f"`{name}" in text or name.startswith("process_"), name


@needs_promtool
@pytest.mark.service
def test_the_page_is_as_it_should_be(page: str) -> None:
    promtool("check", "metrics", given=page)
