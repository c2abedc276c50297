"""Settings: from flags, the environment and a file, in this order."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from wuhen.cli import main
from wuhen.settings import Settings, load


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WUHEN_{name.upper()}", raising=False)


def test_a_flag_beats_the_environment_which_beats_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wuhen.toml").write_text('port = 1\nhost = "file"\njpeg_quality = 80\n')
    monkeypatch.setenv("WUHEN_PORT", "2")
    monkeypatch.setenv("WUHEN_HOST", "environment")
    settings = load(port=3)
    assert (settings.port, settings.host, settings.jpeg_quality) == (3, "environment", 80)


def test_the_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("regions = ['ap-beijing']\n")
    monkeypatch.setenv("WUHEN_CONFIG", str(tmp_path / "other.toml"))
    assert load().regions == ("ap-beijing",)


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUHEN_DOWNLOAD_ALLOW", "10.0.0.0/8, fd00::/8")
    settings = load(download_ports="80, 8080")
    assert [str(network) for network in settings.download_allow] == ["10.0.0.0/8", "fd00::/8"]
    assert settings.download_ports == (80, 8080)


def test_results_live_in_the_data_directory_unless_told_otherwise() -> None:
    assert load(data_dir="/d").results == Path("/d/results")
    assert load(data_dir="/d", result_dir="/r").results == Path("/r")


@pytest.mark.parametrize(
    "given",
    [
        {"port": 70000},
        {"tls_cert": "only.pem"},
        {"c2pa_cert": "only.pem"},
        {"c2pa_timestamp": "http://timestamp.example.com"},
        {"c2pa_cert": "a.pem", "c2pa_key": "b.pem", "c2pa_timestamp": "ftp://timestamp.example.com"},
        {"aigc_producer": "x" * 129},
        {"aigc_propagator": "two words"},
        {"mark_corner": "middle"},
        {"public_url": "ftp://host"},
        {"public_url": "https://host/a/../b"},
        {"public_url": "https://host/a?b"},
        {"public_url": "https://host//a"},
        {"trusted_proxies": "nginx"},
        {"hsts_seconds": -1},
        {"download_allow": "not-a-network"},
        {"regions": ""},
        {"workers": 0},
        {"cluster": "ray://head:10001"},
        {"cluster_replicas": "3-1"},
        {"cluster_replicas": "0-1"},
        {"cluster_cpus": 0},
        {"cluster": "auto", "cluster_replicas": "2", "workers": 8, "spare_workers": 2},
        {"gates_url": "http://host"},
        {"gates_url": "redis://"},
        {"gates_url": "redis://host:x"},
        {"gates_url": "unix://"},
        {"gates_prefix": "{a}"},
        {"gates_away": "ignore"},
        {"gates_password_file": "alone"},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        load(**given)


def test_marks_are_set_like_everything_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "wuhen.toml").write_text('mark_text = "en"\naigc_producer = "file"\n')
    monkeypatch.setenv("WUHEN_AIGC_LABEL", "false")
    monkeypatch.setenv("WUHEN_AIGC_PRODUCER", "environment")
    marks = load(mark_corner="top-left", mark_font="font.otf").marks
    assert (marks.mark_text, marks.mark_corner, marks.mark_font) == ("en", "top-left", Path("font.otf"))
    assert (marks.aigc_label, marks.aigc_producer, marks.iptc_source) == (False, "environment", True)


def test_the_command_names_the_wrong_setting_in_one_line() -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "x"])
    assert result.exit_code == 2
    assert result.output.startswith("Error: port:")
    assert len(result.output.splitlines()) == 1


def test_a_broken_file_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "wuhen.toml").write_text("port = = 1")
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1


def test_every_setting_has_a_flag() -> None:
    output = CliRunner().invoke(main, ["serve", "--help"]).output
    assert [name for name in Settings.model_fields if f"--{name.replace('_', '-')}" not in output] == []


def test_a_cluster_has_as_many_workers_as_here_unless_told_otherwise() -> None:
    assert load(workers=3).most_workers == 3
    assert load(workers=3, cluster="local").replicas == (3, 3)
    wide = load(workers=3, cluster="10.0.0.1:6379", cluster_replicas="2-16")
    assert (wide.replicas, wide.most_workers, wide.spare) == ((2, 16), 16, 2)
