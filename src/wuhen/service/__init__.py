"""The service: an ASGI app that admits signed calls and has workers carry them out."""
