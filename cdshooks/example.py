"""The example call that is shipped: the source patient, whose chart the project started from."""

import importlib.resources
from pathlib import Path

SERVICE_ID = "bone-health-patient-view"
"""The service the example is a call of."""


def example_request() -> Path | None:
    """The file with the body of the example call, usable with curl; None where it was not shipped."""
    package = Path(str(importlib.resources.files("cdshooks")))
    places = (
        package / "source-patient.json",  # an installed wheel
        package.parent / "fixtures" / "source-patient" / "request.json",  # a working copy
    )
    return next((place for place in places if place.is_file()), None)
