"""A private certificate authority, good for nothing but talking to the sandbox."""

import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def issue(ca_file: Path, hosts: Iterable[str] = ()) -> ssl.SSLContext:
    """A server context for loopback and `hosts`; the authority's own certificate is written to `ca_file`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_LOOPBACK, *hosts).configure_cert(context)
    return context
