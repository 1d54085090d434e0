"""`cdshooks serve`."""

from pathlib import Path

import click

from cdshooks import settings_sources


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--dev", is_flag=True, default=None, help="Trust everyone on this machine, and the sandbox.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings file (TOML).")
def command(host: str | None, port: int | None, dev: bool | None, config: Path | None) -> None:
    """Run the service until it is told to stop.

    Every setting can also be given as an environment variable, CDSHOOKS_<NAME>, or in the settings file.
    """
    given = {"host": host, "port": port, "dev": dev}
    settings = settings_sources.load(
        config=config,
        command_line={name: value for name, value in given.items() if value is not None},
    )
    # Only a service that is about to start needs Flask, gunicorn and the terminology.
    from cdshooks.serving.server import serve  # noqa: PLC0415

    serve(settings)
