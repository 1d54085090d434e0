"""`python -m cdshooks` is `cdshooks`."""

from cdshooks.cli import main

main(prog_name="cdshooks")
