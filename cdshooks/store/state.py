"""Where what is kept lies on disk."""

import os
from pathlib import Path

from cdshooks.settings import Settings, SettingsError

_NAME = "bone-health-cds"


def state_directory(settings: Settings) -> Path:
    """The directory of the store and of the card key. It need not exist."""
    if settings.state_dir is not None:
        return settings.state_dir
    of_systemd = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if of_systemd:
        return Path(of_systemd)
    home = os.environ.get("XDG_STATE_HOME", "")
    try:
        return (Path(home) if home.startswith("/") else Path.home() / ".local" / "state") / _NAME
    except RuntimeError as error:
        raise SettingsError(
            "state_dir: is not set, and there is no home directory to keep the store in"
        ) from error


def make_directory(path: Path) -> None:
    """Make it, readable by its owner alone, where it does not exist; or a SettingsError."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"state_dir: {path} cannot be made: {os.strerror(error.errno or 0)}") from error
