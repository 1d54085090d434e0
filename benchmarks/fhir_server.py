"""A FHIR server for benchmarks: a process of its own that answers everything after a fixed time."""

import asyncio
import json
import sys
from contextlib import suppress

from benchmarks.body import body

_KINDS = {
    "Observation": "bone-density",
    "Condition": "conditions",
    "MedicationRequest": "medication-requests",
    "Patient": "patient",
}


def _answers() -> dict[str, bytes]:
    prefetch = json.loads(body())["prefetch"]
    empty = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    found = {kind: prefetch[key] for kind, key in _KINDS.items()}
    found["metadata"] = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
    return {kind: _message(value) for kind, value in found.items()} | {"": _message(empty)}


def _message(value: object) -> bytes:
    content = json.dumps(value).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _serve(seconds: float) -> None:
    answers = _answers()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                kind = head.split(b" ", 2)[1].removeprefix(b"/fhir/").partition(b"?")[0].partition(b"/")[0]
                await asyncio.sleep(seconds)
                writer.write(answers.get(kind.decode(), answers[""]))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Whoever started it ends it by closing its standard input.
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
