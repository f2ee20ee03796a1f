"""Asks about a port of this machine: `port.py free <port>`, `port.py answers <port>`; the exit status is the answer."""

import http.client
import socket
import sys


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether the portal there calls itself well; its /healthz says no until the worker runs too."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    question, number = sys.argv[1:]
    sys.exit(0 if {"free": is_free, "answers": answers}[question](int(number)) else 1)
