"""`cdshooks doctor`."""

from pathlib import Path

import click

from cdshooks import settings_sources


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (TOML).")
def command(config: Path | None) -> None:
    """Check settings, clients and their keys, value sets and drafts, and say what to do.

    Prints one line for each check. Asks the clients' jku for their keys, and starts nothing. Exits with 1
    where a check fails; with 2 where the settings cannot be read.
    """
    settings = settings_sources.load(config=config)
    from cdshooks.checkup import CHECKS  # noqa: PLC0415 - it imports everything that is checked

    click.echo("ok      settings: can be read")
    failed = 0
    for check in CHECKS:
        for finding in check(settings):
            failed += finding.state == "FAILED"
            remedy = f" – {finding.remedy}" if finding.remedy else ""
            click.echo(f"{finding.state:<7} {finding.about}: {' '.join(finding.found.split())}{remedy}")
    if failed:
        click.echo(f"{failed} failed")
        raise SystemExit(1)
