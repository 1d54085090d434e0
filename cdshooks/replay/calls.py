"""Two ways to a service: within this process, and over the network."""

import os
import socket
from collections.abc import Callable

import msgspec
import requests
from flask import Flask

from cdshooks.replay.cases import Answer
from cdshooks.services.service import Service

Send = Callable[[str, bytes], Answer]
"""Sends a request body, byte by byte as it is, to the service of an id."""

_TYPE = {"Content-Type": "application/json"}
_SECONDS_TO_CONNECT = 5
_SECONDS_TO_ANSWER = 30


class UnreachableError(Exception):
    """The service could not be asked. The message is one line that says where and why."""


def service_id(hook: str | None, services: tuple[Service, ...]) -> str:
    """The service that is called for a hook: the one for it, else the first, which says what is wrong."""
    return next((each.id for each in services if each.hook == hook), services[0].id)


def within(app: Flask) -> Send:
    """Calls to an application in this process, over no network at all."""
    client = app.test_client()

    def send(service: str, body: bytes) -> Answer:
        response = client.post(f"/cds-services/{service}", data=body, headers=_TYPE)
        return _answer(response.status_code, response.data)

    return send


def over_http(base: str, token: str | None = None) -> Send:
    """Calls to a service elsewhere: `base` is its URL, with or without /cds-services; `token` goes along."""
    root = base.rstrip("/").removesuffix("/cds-services")
    headers: dict[str, str | bytes] = {**_TYPE}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}".encode()

    def send(service: str, body: bytes) -> Answer:
        try:
            response = requests.post(
                f"{root}/cds-services/{service}",
                data=body,
                headers=headers,
                timeout=(_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER),
                # A redirected POST may arrive as a GET: the answer would be to another question.
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise UnreachableError(f"{root}: {_reason(error)}") from error
        return _answer(response.status_code, response.content)

    return send


def _answer(status: int, body: bytes) -> Answer:
    """The answer; a body that is not JSON becomes a JSON string, which no answer of a service is."""
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = msgspec.json.encode(body.decode(errors="replace"))
    return Answer(status=status, body=msgspec.Raw(body))


def _reason(error: requests.RequestException) -> str:
    """What went wrong in few words: requests wraps the words of the system in those of two libraries."""
    if isinstance(error, requests.ConnectTimeout):
        return f"could not be reached within {_SECONDS_TO_CONNECT} seconds"
    if isinstance(error, requests.Timeout):
        return f"did not answer within {_SECONDS_TO_ANSWER} seconds"
    if isinstance(error, requests.exceptions.SSLError):
        return "cannot be reached: its certificate is not trusted, or TLS fails otherwise"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "cannot be reached: its name is not known"
        if isinstance(cause, OSError) and cause.errno is not None:
            return f"cannot be reached: {os.strerror(cause.errno)}"
        cause = cause.__cause__ or cause.__context__
    return f"cannot be reached ({type(error).__name__})"
