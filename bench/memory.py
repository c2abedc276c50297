"""The most memory that a process has held."""

from pathlib import Path

__all__ = ["forget_peak", "peak_mib"]


def forget_peak() -> None:
    """Let `peak_mib` begin anew, so that what making the photo took does not count."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mib() -> float:
    """Return the most memory that this process has held, or has since `forget_peak`, in MiB.

    The kernel's own mark is read: that of getrusage begins with what the parent process held.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
