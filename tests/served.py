"""The service as people run it: `cdshooks serve` in a process of its own, on a free port of this machine."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

import msgspec


def one_answer(connection: socket.socket) -> bytes:
    """The next whole answer on a connection that may stay open: its head, and a body of the stated length."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _piece(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    (length,) = re.findall(rb"(?i)\r\nContent-Length: (\d+)", head) or (b"0",)
    while len(body) < int(length):
        body += _piece(connection)
    return head + b"\r\n\r\n" + body


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    assert piece, "the connection ended before the answer"
    return piece


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A running service: its process, and the URL it printed when it was ready."""

    process: subprocess.Popen[str]
    discovery: str
    log: IO[str]
    """A file, not a pipe: nobody reads while tests run, and a full pipe would stop the server."""

    @property
    def base(self) -> str:
        """Everything before `/cds-services`."""
        return self.discovery.removesuffix("/cds-services")

    def connect(self) -> socket.socket:
        """A connection to it, on which nothing was said yet."""
        host, port = self.base.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=30)

    def raw(self, message: bytes, *, finish: bool = True) -> bytes:
        """What comes back for bytes as they are; without `finish` the client keeps its side open."""
        with self.connect() as connection:
            connection.sendall(message)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
        return answer

    def stop(self) -> str:
        """End it as an operator does, and return what it logged."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.seek(0)
        return self.log.read()


@contextlib.contextmanager
def serving(*options: str, **settings: str) -> Iterator[Served]:
    """`cdshooks serve` with these options, and these settings in its environment."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CDSHOOKS_")}
    environ |= {f"CDSHOOKS_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "cdshooks", "serve", "--port", "0", *options]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environ) as process,
    ):
        assert process.stdout
        line = process.stdout.readline()
        served = Served(process=process, discovery=line.removeprefix("Discovery: ").strip(), log=log)
        try:
            assert line.startswith("Discovery: "), served.stop()
            yield served
        finally:
            if process.poll() is None:
                served.stop()
