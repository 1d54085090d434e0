"""The Server-Timing header of a hook: how long the service took, and what each prefetch key cost it."""

from cdshooks.services.service import Timing

SERVER_TIMING = "Server-Timing"


def server_timing(timing: Timing, seconds: float) -> str:
    """`total`, then each prefetch key with its word of the ledger; milliseconds where a server was asked."""
    return ", ".join(
        (
            f"total;dur={seconds * 1000:.1f}",
            *(
                f"{key};desc={each.word}"
                + ("" if each.seconds is None else f";dur={each.seconds * 1000:.1f}")
                for key, each in timing.keys.items()
            ),
        )
    )
