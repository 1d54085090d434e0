"""What `cdshooks doctor` looks at in the store. Nothing is made or changed by it."""

import sqlalchemy as sa

from cdshooks.finding import Finding
from cdshooks.settings import Settings, SettingsError
from cdshooks.store.card_keys import card_keys, key_is_to_be_made
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.schema import HEAD
from cdshooks.store.upgrade import current

_PATIENCE_SECONDS = 5.0
_UPGRADE = "`cdshooks serve` sees to it when it starts, and so does `cdshooks store upgrade`."


def store_checks(settings: Settings) -> tuple[Finding, ...]:
    """Whether the card keys and the store are there and can be used, as `cdshooks serve` would find them."""
    return _keys(settings), _store(settings)


def where_it_is(url: sa.URL) -> str:
    """The place of the store without its password."""
    return url.render_as_string(hide_password=True)


def _keys(settings: Settings) -> Finding:
    try:
        if key_is_to_be_made(settings):
            return Finding("ok", "card keys", "one is made at the first start, beside the store")
        keys = card_keys(settings).keys
    except SettingsError as error:
        return Finding("FAILED", "card keys", str(error))
    earlier = f", and {len(keys) - 1} earlier that still read" if len(keys) > 1 else ""
    return Finding("ok", "card keys", f"one to sign with{earlier}")


def _store(settings: Settings) -> Finding:
    try:
        url = location(settings)
    except SettingsError as error:
        return Finding("FAILED", "store", str(error))
    where = where_it_is(url)
    connections = Connections(url, patience=_PATIENCE_SECONDS)
    if connections.are_to_a_file_that_is_missing:
        return Finding("warning", "store", f"{where}: is not there yet", _UPGRADE)
    try:
        version = current(connections)
    except StoreUnreachable as error:
        remedy = "without it feedback and signed calls are answered with 503, and nothing is silenced"
        return Finding("FAILED", "store", f"{where}: cannot be read ({error})", remedy)
    finally:
        connections.release()
    if version == HEAD:
        return Finding("ok", "store", f"{where}: schema {HEAD}")
    if version is None or version < HEAD:
        return Finding("warning", "store", f"{where}: schema {version or 'none'}, not {HEAD}", _UPGRADE)
    remedy = "use the version of the service that wrote it, or a later one"
    return Finding("FAILED", "store", f"{where}: schema {version}, later than {HEAD}", remedy)
