"""The service: an ASGI app that admits signed calls and worker processes that carry them out."""
