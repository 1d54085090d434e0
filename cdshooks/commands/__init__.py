"""The commands of `cdshooks`: one module each, with a click command named `command`."""
