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
    "studio/test_studio_work.py": 67,
    "studio/test_inspector_page.py": 66,
    "studio/test_studio_session.py": 60,
    "studio/test_explorer_code.py": 56,
    "studio/test_select_masks.py": 50,
    "studio/test_studio_stranger.py": 46,
    "studio/test_explorer_page.py": 40,
    "studio/test_studio_proposing.py": 38,
    "studio/test_studio_selection.py": 35,
    "studio/test_studio_painting.py": 28,
    "studio/test_studio_labels.py": 27,
    "studio/test_studio_choices.py": 23,
    "service/test_service_lifecycle.py": 20,
    "clients/test_clients_calls.py": 20,
    "clients/test_clients_protocol.py": 20,
    "studio/test_studio_finding.py": 20,
    "studio/test_studio_hour.py": 19,
    "studio/test_studio_batch.py": 17,
    "studio/test_studio_photos.py": 17,
    "photo/test_photo_matrix.py": 17,
    "studio/test_studio_network.py": 16,
    "finders/test_finders_objects.py": 16,
    "fill/test_fill_cache.py": 15,
    "faults/test_faults_workers.py": 14,
    "fill/test_fill_effects.py": 14,
    "clients/test_clients_tccli.py": 14,
    "clients/test_clients_faults.py": 13,
    "studio/test_studio_notices.py": 13,
    "studio/test_studio_underway.py": 12,
    "studio/test_studio_loupe.py": 12,
    "mark/test_mark_text.py": 12,
    "studio/test_studio_signin.py": 11,
    "studio/test_studio_saving.py": 10,
    "faults/test_faults_guard.py": 10,
    "fuzzing/test_fuzz_targets.py": 10,
    "clients/test_clients_labels.py": 9,
    "faults/test_faults_connections.py": 9,
    "studio/test_studio_formats.py": 9,
    "fill/test_fill_patch.py": 9,
    "test_architecture.py": 8,
    "faults/test_faults_confinement.py": 8,
    "cli/test_cli_erase.py": 8,
    "cli/test_cli_watch.py": 7,
    "faults/test_faults_bodies.py": 7,
    "studio/test_studio_large.py": 7,
    "faults/test_faults_operator.py": 6,
    "accounts/test_accounts_shared.py": 6,
    "cli/test_cli_selecting.py": 6,
    "faults/test_faults_requests.py": 5,
    "finders/test_finders_overlay.py": 5,
    "tools/test_tools_stdio.py": 5,
    "studio/test_explorer_signature.py": 5,
    "photo/test_photo_hostile.py": 5,
    "action/test_action_labels.py": 5,
    "photo/test_photo_jpeg_blocks.py": 5,
    "deploy/test_deploy_monitoring.py": 5,
    "batch/test_batch_far.py": 5,
    "cli/test_cli_warmup.py": 5,
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
