"""What the metrics ask for when they are read: how things stand in the parts of the service."""

from wuhen.accounts import ConcurrencyGate
from wuhen.service.admission import Admission
from wuhen.service.connections import Connections
from wuhen.service.endpoint import Endpoint
from wuhen.service.gates import Gates
from wuhen.service.health import Health
from wuhen.service.logs import count_lines_left_out
from wuhen.service.metrics import Metrics
from wuhen.settings import Settings
from wuhen.workers import Workers

__all__ = ["watch_calls", "watch_connections", "watch_gates", "watch_queue"]


def watch_calls(metrics: Metrics, endpoint: Endpoint, health: Health, settings: Settings) -> None:
    """Show which calls are under way, and whether they can succeed."""
    metrics.watch("wuhen_calls_running", "Calls under way.", lambda: endpoint.running)
    metrics.watch("wuhen_log_lines_left_out", "Log lines that were not written.", count_lines_left_out)
    metrics.watch_standing(health, settings.folders)


def watch_connections(metrics: Metrics, connections: Connections) -> None:
    """Show what callers hold open, and count what comes by it and cannot be read."""
    connections.on_refusal = metrics.count_unread
    metrics.watch("wuhen_connections", "Connections that are open.", lambda: len(connections))
    metrics.watch(
        "wuhen_connections_sending", "Connections that send a body.", lambda: len(connections.arriving)
    )


def watch_queue(metrics: Metrics, admission: Admission, slots: ConcurrencyGate, workers: Workers) -> None:
    """Show how much there is to do, and who does it."""
    metrics.watch("wuhen_workers", "Workers that there are to be.", lambda: workers.capacity)
    metrics.watch("wuhen_workers_living", "Workers that live and are warm.", lambda: workers.living)
    metrics.watch("wuhen_jobs_running", "Jobs that have a worker.", lambda: admission.load.running)
    metrics.watch("wuhen_jobs_waiting", "Jobs that wait for one.", lambda: admission.load.waiting)
    metrics.watch(
        "wuhen_queue_oldest_seconds",
        "How long the oldest has waited.",
        lambda: admission.load.oldest,
    )
    metrics.watch("wuhen_slots_held", "Slots for erasing that accounts hold.", lambda: slots.held)


def watch_gates(metrics: Metrics, gates: Gates) -> None:
    """Show whether slots and calls are counted where they should be."""
    metrics.watch("wuhen_gates_away", "Whether shared gates cannot be reached.", lambda: gates.is_away)
