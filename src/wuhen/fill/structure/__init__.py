"""Edges that run into a hole, continued through it: a guide of our own where no network is there."""
