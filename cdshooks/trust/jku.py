"""Fetching a key set from the one URL that an operator named. No token can make it ask anywhere else."""

import time
from collections.abc import Callable

import requests
import urllib3

from cdshooks.trust.keys import LARGEST_SET
from cdshooks.trust.refusal import KeysUnreachable

_SECONDS_TO_CONNECT = 2.0
_SECONDS_IN_ALL = 4.0
_PIECE = 16 * 1024


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials, not even those that a .netrc would add."""
    return request


def fetch(url: str, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """The bytes of the key set there.

    Raises:
        KeysUnreachable: it could not be had within seconds, as 200 and without a redirect, or is too large.
    """
    ends = clock() + _SECONDS_IN_ALL
    try:
        with requests.get(
            url,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            auth=_nobody,
            timeout=(_SECONDS_TO_CONNECT, _SECONDS_TO_CONNECT),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != requests.codes.ok:
                raise KeysUnreachable(f"was answered with {response.status_code}")
            content = b""
            # Not iter_content, which waits until a piece is full: a server that trickles would hold a call.
            while piece := response.raw.read1(_PIECE):
                content += piece
                if len(content) > LARGEST_SET:
                    raise KeysUnreachable(f"is larger than {LARGEST_SET} bytes")
                if clock() > ends:
                    raise KeysUnreachable(f"took longer than {_SECONDS_IN_ALL:.0f} seconds")
            return content
    # Beneath requests, urllib3 raises its own errors, and some of the socket.
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise KeysUnreachable(f"could not be fetched ({type(error).__name__})") from error
