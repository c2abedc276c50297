"""What is done with jobs behind the calls: they are worked on, told of, and deleted when they are old."""

from wuhen.service.jobs.backroom import Backroom

__all__ = ["Backroom"]
