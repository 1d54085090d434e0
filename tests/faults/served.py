"""A server that can be killed: `cdshooks serve`, and the processes that answer for it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


class Server:
    """`cdshooks serve` in a process of its own. Ended by process id, never by name."""

    def __init__(self, environ: Mapping[str, str], *, port: int = 0) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CDSHOOKS_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cdshooks", "serve", "--dev", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**kept, **environ},
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line.startswith("Discovery: "), line
        self.url = line.removeprefix("Discovery: ").strip()

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])

    def workers(self) -> list[int]:
        """The ids of the processes that answer calls."""
        pid = self._process.pid
        with contextlib.suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def kill_worker(self, number: int) -> None:
        """kill -9 of one worker; the server starts another."""
        workers = self.workers()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(workers[number % len(workers)], signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of the server and all of its workers."""
        workers = self.workers()
        self._process.kill()
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self._finish()

    def stop(self) -> None:
        """As an operator stops it."""
        if self._process.poll() is None:
            self._process.terminate()
        self._finish()

    def _finish(self) -> None:
        self._process.wait(timeout=30)
        assert self._process.stdout
        self._process.stdout.close()
