"""The garbage collector's regime in a process that answers calls."""

import gc


def collect_rarely() -> None:
    """Spare the calls the collector's walks over what is there anyway. Call it once, after warming up.

    Terminology, routes and modules live as long as the process, so they are taken out of every collection,
    which also keeps their memory shared between the workers. One chart makes more containers than the default
    thresholds allow, so every call would pay for collections that find nothing: reference counts free a call.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
