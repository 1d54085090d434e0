"""The command line, `cdshooks`. A mistake of the user's is told in words on stderr, without a traceback."""

import importlib
from typing import Any

import click

from cdshooks.serving.listening import ListenError
from cdshooks.settings import SettingsError
from cdshooks.trust.file_error import TrustFileError
from fhir_mappings.local_codes import LocalCodesError

COMMANDS = {
    "serve": "Run the service until it is told to stop.",
    "doctor": "Check settings, clients and their keys, value sets and drafts, and say what to do.",
    "trust": "Tell what a client's token fails on.",
    "show": "Make a call and print the answer as people read it: its cards, what was decided, what is missing.",
    "validate": "Check the bodies of hook calls, and every FHIR resource in them, strictly.",
    "replay": "Make recorded calls again and tell whether the answers are still the expected ones.",
    "request": "Make a patient's chart into the body of a hook call, usable with curl and as a fixture.",
    "feedback": "Tell what became of the cards that were sent.",
    "store": "Look after the store of feedback and tokens.",
    "unmapped": "List values that are called T-scores and whose codes nothing maps.",
}
"""What `cdshooks --help` says of each module in `cdshooks.commands`, none of which it has to import."""


class _SettingsMistake(click.ClickException):
    exit_code = 2


class _Commands(click.Group):
    """Commands that are imported when they are run: some of them take a third of a second to import."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(f"cdshooks.commands.{name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except (SettingsError, TrustFileError, LocalCodesError) as error:
            raise _SettingsMistake(str(error)) from error
        except ListenError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="bone-health-cds", prog_name="cdshooks")
def main() -> None:
    """Bone Health CDS: bone-health guidance for the chart a clinician is looking at, over CDS Hooks."""
