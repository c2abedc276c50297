"""A Ray cluster of several nodes on this machine, and services that use it: what is lost, what it costs."""
