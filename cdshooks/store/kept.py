"""Everything that is kept between calls, opened as the settings say."""

import logging

import msgspec

from cdshooks.cards.identity import CardKeys
from cdshooks.settings import Settings
from cdshooks.store.card_keys import card_keys
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.feedback import FeedbackStore
from cdshooks.store.shown import ShownCards
from cdshooks.store.tokens import SeenTokens
from cdshooks.store.upgrade import Schema

_log = logging.getLogger(__name__)

_WRITE_SECONDS = 5.0
# A look-up is part of the time that a clinician waits, and so is whatever has to be done for one.
_READ_SECONDS = 0.5


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of cards; and feedback, used tokens and counts of cards, None where there is no store."""

    keys: CardKeys
    feedback: FeedbackStore | None = None
    tokens: SeenTokens | None = None
    shown: ShownCards | None = None
    connections: tuple[Connections, ...] = ()

    def release(self) -> None:
        """Close idle connections, which must not outlive a fork. What was shown so far was a warm-up."""
        if self.shown is not None:
            self.shown.forget()
        for each in self.connections:
            each.release()


def keep(settings: Settings) -> Kept:
    """Open what the settings name.

    A store out of reach is logged and tried again when it is needed: hooks are answered without it, unless
    they are signed.

    Raises:
        SettingsError: the settings cannot be used, or name no key where one has to be given.
    """
    keys = card_keys(settings)
    url = location(settings)
    looking = Connections(url, patience=_READ_SECONDS)
    upgrading = Connections(url, patience=_WRITE_SECONDS)
    schema = Schema(looking=looking, upgrading=upgrading)
    writes = Connections(url, patience=_WRITE_SECONDS, ready=schema.ensure)
    reads = Connections(url, patience=_READ_SECONDS, ready=schema.look)
    # A token lives for minutes: it need not outlive a loss of power, which costs a disk's time to ensure.
    tokens = Connections(url, patience=_WRITE_SECONDS, ready=schema.ensure, durable=False)
    kept = Kept(
        keys=keys,
        feedback=FeedbackStore(writes=writes, reads=reads),
        tokens=SeenTokens(tokens),
        shown=ShownCards(writes),
        connections=(looking, upgrading, writes, reads, tokens),
    )
    try:
        schema.ensure()
    except StoreUnreachable as error:
        _log.error(
            "the store is out of reach (%s): feedback and signed calls are refused, nothing is silenced",
            error,
        )
    kept.release()
    return kept


def keep_nothing() -> Kept:
    """For calls that are made again and leave no trace: a key that is forgotten, and no store."""
    return Kept(keys=CardKeys.ephemeral())
