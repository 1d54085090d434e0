"""What it costs to know who calls: a signed call of patient-view against the same call where nobody checks.

Each signed call has a token of its own, made beforehand: its signature is verified, its claims are checked and
its id is remembered, in the memory of this process. The calls are made in turn, so that a machine that slows
down slows all.
"""

import datetime
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from benchmarks.body import body
from benchmarks.whole_call import ROUNDS, WARM_UP, caller, interleaved
from cdshooks.app import create_app
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing

_SERVICE = "/cds-services/bone-health-patient-view"
_BASE = "https://cds.example.org"
_ISSUER = "https://ehr.example.org"


def _tokens(algorithm: str, key: Any) -> Callable[[], str]:  # noqa: ANN401 - a private key of either kind
    """As many tokens as there are rounds, one at a time."""
    now = int(time.time())
    claims = {"iss": _ISSUER, "aud": _BASE + _SERVICE, "iat": now, "exp": now + 300}
    made = iter(
        [
            jwt.encode({**claims, "jti": str(uuid.uuid4())}, key, algorithm, {"kid": algorithm})
            for _ in range(WARM_UP + ROUNDS)
        ]
    )
    return lambda: next(made)


def run() -> None:
    """Print the medians and their ratios to the call that nobody checks."""
    keys: dict[str, Any] = {
        "ES384": ec.generate_private_key(ec.SECP384R1()),
        "RS384": rsa.generate_private_key(65537, 2048),
    }
    jwks = [
        {**json.loads(jwt.get_algorithm_by_name(name).to_jwk(key.public_key())), "kid": name}
        for name, key in keys.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "keys.json").write_text(json.dumps({"keys": jwks}), encoding="utf-8")
        trust = Path(folder, "trust.toml")
        trust.write_text(
            f'[[client]]\nname = "ehr"\nissuer = "{_ISSUER}"\njwks_file = "keys.json"\n', encoding="utf-8"
        )
        trusting = create_app(
            Settings(trust_file=trust, public_url=_BASE, workers=1, honour_as_of=True),
            kept=keep_nothing(),
            now=lambda: datetime.datetime.now(datetime.UTC),
        )
    sent = body()
    calls = {
        "nobody checks": caller(create_app(Settings(honour_as_of=True), kept=keep_nothing()), _SERVICE, sent),
        **{
            f"signed with {name}": caller(trusting, _SERVICE, sent, _tokens(name, key))
            for name, key in keys.items()
        },
    }
    print(f"who calls: the same body, {ROUNDS} interleaved rounds, a new token for each signed call")
    medians = {name: statistics.median(times) for name, times in interleaved(calls).items()}
    unchecked = medians["nobody checks"]
    for name, median in medians.items():
        print(f"  {name:<34} median {median * 1e3:6.2f} ms   ratio {median / unchecked:6.2f}")
