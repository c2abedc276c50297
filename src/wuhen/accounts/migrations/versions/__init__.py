"""The revisions of the tables, one after the other."""
