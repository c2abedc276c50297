"""A clock that tests move on: what takes a minute is seen at once, and a slow machine misses nothing."""

import asyncio

__all__ = ["ClockLoop", "let_run", "skip"]


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop whose time goes on by itself, and further when a test says so."""

    def __init__(self) -> None:
        self.skipped = 0.0
        super().__init__()

    def time(self) -> float:
        """Return the time in seconds that timers fall due by."""
        return super().time() + self.skipped


async def let_run() -> None:
    """Let all that is ready run, and what becomes ready by that."""
    for _ in range(5):
        await asyncio.sleep(0)


async def skip(seconds: float) -> None:
    """Let so much time pass at once: what falls due in it happens now."""
    await let_run()
    loop = asyncio.get_running_loop()
    assert isinstance(loop, ClockLoop)
    loop.skipped += seconds
    await let_run()
