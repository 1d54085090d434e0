"""Sign a call of CDS Hooks as its clients do: print a token for one URL, which is good for one call.

    python sign_a_call.py FOLDER URL

The first run makes the client's key in the folder, key.pem, and its public half, jwks.json, which the trust
file of the service names.
"""  # noqa: INP001 - an example, not a package

import json
import sys
import time
import uuid
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ISSUER = "https://own-client.example.org"
KEY_ID = "key-1"
SECONDS = 240
"""How long the token is valid. The service takes up to 300, where the trust file says nothing else."""


def make_key(folder: Path) -> None:
    """Write a private key on the curve P-384, and its public half as a JWK set."""
    key = ec.generate_private_key(ec.SECP384R1())
    file = folder / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    public = {
        **ECAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "kid": KEY_ID,
        "use": "sig",
        "alg": "ES384",
    }
    (folder / "jwks.json").write_text(json.dumps({"keys": [public]}), encoding="utf-8")


def token(folder: Path, url: str) -> str:
    """A token for `url`, with an id of its own: a second call with it is refused."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": url, "iat": now, "exp": now + SECONDS, "jti": str(uuid.uuid4())}
    key = (folder / "key.pem").read_text(encoding="utf-8")
    return jwt.encode(claims, key, algorithm="ES384", headers={"kid": KEY_ID, "typ": "JWT"})


def main() -> None:
    """Make a key where there is none, and print a token."""
    folder, url = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(exist_ok=True)
    if not (folder / "key.pem").exists():
        make_key(folder)
    sys.stdout.write(f"{token(folder, url)}\n")


if __name__ == "__main__":
    main()
