"""In which order files of tests are begun where several processes share them: those that take long first.

A file stays with one process. A long one that is begun last has one process work while the others are done.
"""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

__all__ = ["SECONDS", "TEST_SECONDS", "longest_first"]

TEST_SECONDS: Final = 0.05
"""What a test takes in a file of which no more is known."""

SECONDS: Final = {
    "studio/test_inspector_page.py": 72,
    "studio/test_explorer_page.py": 69,
    "service/test_service_lifecycle.py": 44,
    "studio/test_studio_work.py": 42,
    "studio/test_studio_stranger.py": 40,
    "studio/test_studio_session.py": 31,
    "studio/test_explorer_code.py": 30,
    "studio/test_studio_batch.py": 30,
    "clients/test_clients_calls.py": 29,
    "studio/test_studio_labels.py": 28,
    "studio/test_select_masks.py": 27,
    "studio/test_studio_photos.py": 26,
    "faults/test_faults_workers.py": 25,
    "studio/test_studio_painting.py": 24,
    "studio/test_studio_choices.py": 22,
    "studio/test_studio_signin.py": 22,
    "clients/test_clients_protocol.py": 20,
    "clients/test_clients_labels.py": 18,
    "clients/test_clients_faults.py": 18,
    "accounts/test_accounts_store.py": 18,
    "studio/test_studio_saving.py": 18,
    "faults/test_faults_operator.py": 16,
    "studio/test_studio_selection.py": 15,
    "cli/test_cli_folders.py": 14,
    "clients/test_clients_tccli.py": 14,
    "studio/test_studio_underway.py": 14,
    "studio/test_studio_proposing.py": 14,
    "cli/test_cli_erase.py": 13,
    "studio/test_studio_hour.py": 12,
    "studio/test_studio_notices.py": 12,
    "studio/test_studio_finding.py": 12,
    "photo/test_photo_matrix.py": 11,
    "studio/test_studio_loupe.py": 10,
    "faults/test_faults_guard.py": 10,
    "faults/test_faults_requests.py": 10,
    "faults/test_faults_connections.py": 9,
    "faults/test_faults_confinement.py": 8,
    "studio/test_studio_network.py": 8,
    "cli/test_cli_watch.py": 7,
    "faults/test_faults_bodies.py": 7,
    "finders/test_finders_overlay.py": 5,
    "tools/test_tools_stdio.py": 5,
}
"""What files under tests/ take by themselves, where that is long; roughly, as it is for the order alone."""


def longest_first(items: list[pytest.Item]) -> None:
    """Put tests in the order of what their files are expected to take; within a file nothing moves."""
    root = Path(__file__).parent
    tests = Counter(item.path for item in items)
    seconds = {
        path: SECONDS.get(path.relative_to(root).as_posix(), count * TEST_SECONDS)
        for path, count in tests.items()
    }
    items.sort(key=lambda item: (-seconds[item.path], item.path))
