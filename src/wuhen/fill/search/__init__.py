"""Where to copy from: the nearest-neighbour field, patch distance, votes, offsets, repetition."""
