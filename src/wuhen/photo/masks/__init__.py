"""Masks: from a file to the hole it means."""
