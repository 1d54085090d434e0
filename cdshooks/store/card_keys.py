"""The keys of the uuids of cards: given, or made once and kept.

Whoever loses them loses nothing that was stored, but can no longer take feedback on cards that are out there,
nor recognise the patients of earlier answers. So a key is made only where it will live as long as the store:
beside it. A store elsewhere may be shared by several machines, which all need one key, and none can know
whether it is the first.
"""

import os
import re
import secrets
from pathlib import Path

from cdshooks.cards.identity import KEY_BYTES, CardKeys
from cdshooks.settings import CARD_KEY, Settings, SettingsError
from cdshooks.store.state import make_directory, state_directory

FILE = "card.key"
_HEAD = (
    "# Key of the uuids of cards. Secret; keep it as long as the store beside it.\n"
    "# To change it, write a new one of 64 hexadecimal digits above; the earlier ones still read.\n"
)


def key_is_to_be_made(settings: Settings) -> bool:
    """Whether there is no key yet, and `card_keys` would make one."""
    given = settings.card_keys or settings.card_key_file or settings.database_url
    return not given and not (state_directory(settings) / FILE).exists()


def card_keys(settings: Settings) -> CardKeys:
    """The keys that the settings give, else those beside the store; made there where there are none.

    Raises:
        SettingsError: there is none and none may be made, or the file holds something else.
    """
    if settings.card_keys and settings.card_key_file:
        raise SettingsError("card_keys: is set, and so is card_key_file; one of them is needed")
    if settings.card_keys:
        return CardKeys(tuple(bytes.fromhex(key) for key in settings.card_keys))
    if settings.card_key_file:
        return _read(settings.card_key_file)
    if settings.database_url is not None:
        raise SettingsError(
            "card_keys: is not set. With a database_url the key of the uuids of cards has to be given, the "
            "same one to every machine: as card_key_file, or as CDSHOOKS_CARD_KEYS. To make one: "
            'python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    path = state_directory(settings) / FILE
    if key_is_to_be_made(settings):
        _make(path)
    return _read(path)


def _read(path: Path) -> CardKeys:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not UTF-8"
        raise SettingsError(f"card_key_file: {path} cannot be read: {reason}") from error
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys or not all(re.match(CARD_KEY, key) for key in keys):
        raise SettingsError(f"card_key_file: {path}: expected keys of 64 hexadecimal digits, one a line")
    return CardKeys(tuple(bytes.fromhex(key) for key in keys))


def _make(path: Path) -> None:
    """Write a new key, readable by its owner alone. Of several processes that do so at once, one wins."""
    make_directory(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{_HEAD}{secrets.token_hex(KEY_BYTES)}\n")
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, never replaces a key that another process wrote meanwhile.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise SettingsError(
            f"state_dir: {path} cannot be written: {os.strerror(error.errno or 0)}"
        ) from error
