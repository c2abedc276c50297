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
    "studio/test_studio_work.py": 60,
    "studio/test_inspector_page.py": 49,
    "studio/test_studio_proposing.py": 48,
    "studio/test_studio_session.py": 44,
    "photo/test_photo_matrix.py": 40,
    "studio/test_explorer_page.py": 38,
    "faults/test_faults_workers.py": 37,
    "studio/test_studio_stranger.py": 34,
    "studio/test_studio_selection.py": 34,
    "studio/test_select_masks.py": 33,
    "service/test_service_lifecycle.py": 30,
    "cluster/test_cluster_service.py": 29,
    "studio/test_explorer_code.py": 27,
    "batch/test_batch_far.py": 27,
    "fill/test_fill_effects.py": 27,
    "studio/test_studio_painting.py": 23,
    "studio/test_studio_photos.py": 21,
    "clients/test_clients_calls.py": 21,
    "finders/test_finders_objects.py": 20,
    "faults/test_faults_confinement.py": 19,
    "studio/test_studio_choices.py": 19,
    "studio/test_studio_labels.py": 19,
    "studio/test_studio_batch.py": 17,
    "clients/test_clients_tccli.py": 17,
    "fill/test_fill_patch.py": 16,
    "studio/test_studio_finding.py": 16,
    "faults/test_faults_large.py": 14,
    "studio/test_studio_hour.py": 14,
    "mark/test_mark_text.py": 14,
    "faults/test_faults_storage.py": 14,
    "fill/test_fill_cache.py": 14,
    "clients/test_clients_faults.py": 13,
    "studio/test_studio_network.py": 12,
    "studio/test_studio_signin.py": 12,
    "studio/test_studio_underway.py": 11,
    "photo/test_photo_references.py": 11,
    "service/test_service_tracing.py": 11,
    "service/test_service_several.py": 11,
    "deploy/test_deploy_monitoring.py": 11,
    "clients/test_clients_protocol.py": 11,
    "studio/test_studio_notices.py": 10,
    "fuzzing/test_fuzz_targets.py": 10,
    "accounts/test_accounts_store.py": 10,
    "clients/test_clients_labels.py": 10,
    "service/test_service_overload.py": 10,
    "cli/test_cli_erase.py": 9,
    "studio/test_studio_loupe.py": 9,
    "clients/test_clients_doors.py": 9,
    "studio/test_studio_saving.py": 9,
    "studio/test_studio_formats.py": 9,
    "faults/test_faults_operator.py": 8,
    "faults/test_faults_bodies.py": 8,
    "test_architecture.py": 8,
    "action/test_action_labels.py": 8,
    "finders/test_finders_overlay.py": 8,
    "faults/test_faults_guard.py": 7,
    "service/test_service_logs.py": 7,
    "faults/test_faults_objects.py": 7,
    "cli/test_cli_watch.py": 7,
    "faults/test_faults_gates.py": 7,
    "service/test_service_proxy.py": 7,
    "photo/test_photo_extent.py": 6,
    "accounts/test_accounts_shared.py": 6,
    "mark/test_mark_labels.py": 6,
    "photo/test_photo_hostile.py": 6,
    "fill/test_fill_fusion.py": 6,
    "studio/test_studio_path.py": 6,
    "tools/test_tools_stdio.py": 5,
    "studio/test_studio_large.py": 5,
    "cli/test_cli_engines.py": 5,
    "finders/test_finders_dust.py": 5,
    "studio/test_studio_samples.py": 5,
    "cli/test_cli_warmup.py": 5,
    "photo/test_photo_mask.py": 5,
    "faults/test_faults_listening.py": 5,
    "deploy/test_deploy_image.py": 5,
    "service/test_service_database.py": 5,
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
