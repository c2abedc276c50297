"""Separate things in a photo: people, cars, birds, bins."""

from wuhen.finders.objects.finder import find_objects

__all__ = ["find_objects"]
