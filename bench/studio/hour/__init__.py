"""A newcomer's whole hour in the studio, replayed."""
