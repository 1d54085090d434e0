"""What is said of a trust file that cannot be used. On its own, as the command line needs only this of it."""

from pathlib import Path


class TrustFileError(ValueError):
    """A trust file that cannot be used. Names every mistake at once, and never the value of a member."""

    def __init__(self, path: Path, *mistakes: str) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))
