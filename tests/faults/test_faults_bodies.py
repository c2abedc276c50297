"""Bodies of strangers: they are not kept, and those of a known key are kept within a bound."""

from clients.raw import call
from faults.sending import megabytes, sending
from harness import Key, Service
from scenes import Scene


def test_a_strangers_body_is_not_kept(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = megabytes(service)
    with sending(service, Key("AKIDnobody", "secret"), 20):
        assert megabytes(service) < before + 60
        assert call(service, scene.parameters()).code == "OK"


def test_bodies_under_one_key_are_bounded(service: Service, scene: Scene) -> None:
    assert call(service, scene.parameters()).code == "OK"
    before = megabytes(service)
    with sending(service, Key(service.key.secret_id, "not its secret"), 40):
        # 1 job and 16 to spare, of 12 MB; what is growing is twice as large for a moment.
        assert megabytes(service) < before + 17 * 12 + 100
    assert call(service, scene.parameters()).code == "OK"
