"""SMART scopes, v1 and v2: which queries an access token covers.

v1: `patient/Observation.read`, `user/*.*`. v2: `patient/Observation.rs`, also with a filter such as
`?category=…|laboratory`. What is no scope for resources (`launch`, `openid`, …) says nothing here.
"""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import parse_qsl

import msgspec

from fhir_mappings.inputs import Source

Coverage = Literal["all", "part", "none"]
"""How much of what a query asks for the token lets through."""

_SCOPE = re.compile(
    r"(?P<context>patient|user|system)/(?P<kind>\*|[A-Z][A-Za-z]*)\.(?P<rights>[a-z*]+)(?:\?(?P<filter>.+))?\Z"
)
_RIGHTS_OF_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_CATEGORIES = {Source.LABS: "laboratory", Source.BODY_MEASURES: "vital-signs"}
"""The one category of all that a query asks for; scopes may be limited to it."""
_RIGHTS_OF_V2 = re.compile(r"c?r?u?d?s?\Z")


class _Scope(msgspec.Struct, frozen=True):
    context: str
    kind: str
    rights: str
    categories: frozenset[str] | None
    """The codes of category it is limited to; None where it has no filter; empty for any other filter."""


class Scopes(msgspec.Struct, frozen=True):
    """The scopes of one token. A scope that cannot be understood grants nothing."""

    granted: tuple[_Scope, ...] = ()

    def covers(
        self, kind: str, *, search: bool, own_patient: bool = True, category: str | None = None
    ) -> Coverage:
        """How much of the resources of `kind` the token lets a search, or a read, see.

        `own_patient` is false where the token says it is for another patient than the call: then scopes for
        one patient do not count. A scope with a filter covers a part, unless all that is asked for has the
        one `category` it lets through: a server leaves the rest out without a word.
        """
        right = "s" if search else "r"
        found: Coverage = "none"
        for scope in self.granted:
            if scope.kind not in {"*", kind} or right not in scope.rights:
                continue
            if scope.context == "patient" and not own_patient:
                continue
            if scope.categories is None or (category is not None and category in scope.categories):
                return "all"
            found = "part"
        return found


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a FHIR server may be asked with the token of a call; `scopes` None: without a token, everything.

    `own_patient` is as `Scopes.covers` takes it.
    """

    scopes: Scopes | None = None
    own_patient: bool = True

    def covers(self, kind: str, source: Source) -> Coverage:
        """How much it lets see of the resources of `kind` that feed `source`."""
        if self.scopes is None:
            return "all"
        return self.scopes.covers(
            kind,
            search=kind != "Patient",
            own_patient=self.own_patient,
            category=_CATEGORIES.get(source),
        )


def parse_scopes(text: str) -> Scopes:
    """The scopes in the text of `fhirAuthorization.scope`, separated by spaces."""
    return Scopes(tuple(_scopes(text)))


def _scopes(text: str) -> Iterator[_Scope]:
    for word in text.split():
        found = _SCOPE.match(word)
        if found is None:
            continue
        rights = _RIGHTS_OF_V1.get(found["rights"], found["rights"])
        if _RIGHTS_OF_V2.match(rights):
            yield _Scope(found["context"], found["kind"], rights, _categories(found["filter"]))


def _categories(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    pairs = parse_qsl(text, keep_blank_values=True)
    if len(pairs) != 1 or pairs[0][0] != "category":
        return frozenset()
    return frozenset(token.rpartition("|")[2] for token in pairs[0][1].split(","))
