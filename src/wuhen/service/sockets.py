"""The sockets that the service listens on, and the certificate that it shows there."""

import socket
import ssl

from wuhen.settings import Settings

__all__ = ["listen", "load_tls"]


def load_tls(settings: Settings) -> ssl.SSLContext | None:
    """Load certificate and key, so that what is wrong with them is said before anything is announced.

    Raises
    ------
    OSError
        They cannot be read, or do not belong together.
    """
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A client that shakes hands again and again has the service do most of the work.
    context.options |= ssl.OP_NO_RENEGOTIATION
    for file in (settings.tls_cert, settings.tls_key):
        file.open("rb").close()
    try:
        # An empty password: without one, OpenSSL would ask the terminal for that of an encrypted key.
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except ssl.SSLError as error:
        raise OSError(
            error.errno,
            f"{settings.tls_cert} and {settings.tls_key} are not a PEM certificate and its unencrypted key "
            f"that belong together ({error.reason or error})",
        ) from error
    return context


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Bind before anything is announced: the port is known then, a taken address an error at once.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes a free one.
    shared : bool
        Whether others that share it as well may listen there too.

    Raises
    ------
    OSError
        It cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {error.strerror}") from error
    listening.set_inheritable(False)
    return listening
