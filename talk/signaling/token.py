"""Tokens of hello 2.0: a signed statement of who the client is (signaling.md §1.4).

Needs the extra ``hpb``. The key is ``TALK_HELLO_KEY``; a site with signaling servers that has none
signs with one that follows from its ``SECRET_KEY``, as clients insist on tokens wherever a server
knows them.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac

from talk.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

logger = logging.getLogger("talk.signaling")

LIFETIME = 60
CLOCK_SKEW = 5
"""Seconds: servers before 2.0 refuse a token from a clock that is ahead of theirs."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


@dataclass(frozen=True)
class HelloKey:
    """A private key ready for use; ``public`` is what signaling servers verify with."""

    private: Any
    algorithm: str
    public: str


class HelloKeyUnusable(Exception):
    """Not a private key of a kind that signaling servers know."""


def issue(user_id: str, display_name: str, *, site_url: str) -> str:
    """A token for a user, or with an empty id for a guest; empty where there is no key."""
    key = hello_key()
    if key is None:
        return ""
    import jwt

    now = int(time.time())
    claims: dict[str, Any] = {"iss": site_url, "iat": now - CLOCK_SKEW, "exp": now + LIFETIME}
    if user_id:
        claims |= {"sub": user_id, "userdata": {"displayname": display_name}}
    return jwt.encode(claims, key.private, algorithm=key.algorithm)


def hello_key() -> HelloKey | None:
    """The site's key; None without a good one, or without the libraries that can use it."""
    text = settings.TALK_HELLO_KEY
    if not is_installed() or not (text or settings.TALK_SIGNALING_SERVERS):
        return None
    try:
        return load(text) if text else _derived()
    except HelloKeyUnusable as reason:
        # A system check has said so as well; calls with tickets go on.
        logger.error("TALK_HELLO_KEY cannot be used: %s", reason)
        return None


def is_installed() -> bool:
    """Whether the extra ``hpb`` is there."""
    return find_spec("jwt") is not None and find_spec("cryptography") is not None


def new_key() -> str:
    """A private key for ES256, as PEM."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@lru_cache(maxsize=4)
def load(text: str) -> HelloKey:
    """Read a private key: PEM, or the path of such a file.

    :raises HelloKeyUnusable: it cannot sign tokens; the message says why.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = text.encode() if "-----BEGIN" in text else Path(text).read_bytes()
        private: Any = load_pem_private_key(pem, password=None)
    except (OSError, TypeError, ValueError) as reason:
        raise HelloKeyUnusable("no private key in PEM") from reason
    match private:
        case ec.EllipticCurvePrivateKey():
            algorithm = _algorithm_of(private)
        case rsa.RSAPrivateKey():
            algorithm = "RS256"
        case ed25519.Ed25519PrivateKey():
            algorithm = "EdDSA"
        case _:
            raise HelloKeyUnusable("signaling servers know no such kind of key")
    return HelloKey(private, algorithm, _public(private))


def _derived() -> HelloKey:
    """The same key in all processes, and another one for each ``SECRET_KEY``."""
    mac = salted_hmac("talk.signaling.hello", b"ES256", algorithm="sha512")
    return _of_scalar(int.from_bytes(mac.digest()) % (_P256_ORDER - 1) + 1)


@lru_cache(maxsize=1)
def _of_scalar(scalar: int) -> HelloKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.derive_private_key(scalar, ec.SECP256R1())
    return HelloKey(private, "ES256", _public(private))


def _public(private: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = private.public_key()
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def _algorithm_of(key: EllipticCurvePrivateKey) -> str:
    if key.curve.name not in _CURVES:
        raise HelloKeyUnusable("signaling servers do not know this curve")
    return _CURVES[key.curve.name]
