"""What must not be read from the database or a backup: sealed by the secret of the installation.

The keys are derived from SECRET_KEY; SECRET_KEY_FALLBACKS still open what was sealed before.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode, b64decode, b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE, _KEY, _MARK = 12, 32, 10


class Unreadable(Exception):
    """Nothing that this installation knows opens it."""


def seal(content: bytes, about: str) -> str:
    """Seal a content; it opens only with the same `about`."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, content, about.encode())
    return b64encode(nonce + sealed).decode()


def unseal(sealed: str, about: str) -> bytes:
    """Open what was sealed by the present secret or a former one; Unreadable otherwise."""
    try:
        whole = b64decode(sealed, validate=True)
    except ValueError as error:
        raise Unreadable from error
    for key in _keys():
        try:
            return AESGCM(key).decrypt(whole[:_NONCE], whole[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def marks(text: str, about: str) -> list[str]:
    """Give what a text is known by without being kept: by the present secret, then former ones."""
    said = f"{about} {text}".encode()
    digests = (hmac.digest(key, said, "sha256") for key in _keys())
    return [b32encode(digest[:_MARK]).decode() for digest in digests]


def _keys() -> list[bytes]:
    return [_derived(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=8)
def _derived(secret: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=b"junheng: second factor")
    return kdf.derive(secret.encode())
