"""The key pair of this installation: the private half is a file of the data folder, never in a backup.

A restored installation makes a new pair, which the level above has to trust anew: a copy of a
backup alone can never speak for the county.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_GROUP, _GROUPS = 4, 8


def public() -> str:
    """Give the public key of this installation, as hexadecimal digits; made at first use."""
    return _private().public_key().public_bytes_raw().hex()


def sign(content: bytes) -> str:
    """Sign a content with the private key of this installation."""
    return _private().sign(content).hex()


def signed(content: bytes, signature: str, key: str) -> bool:
    """Tell whether a signature of a content is that of a public key."""
    try:
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        known.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key: str) -> str:
    """Give what two people compare by telephone: eight groups of four.

    >>> fingerprint("00" * 32)
    '6668 7AAD F862 BD77 6C8F C18B 8E9F 8E20'
    """
    digits = hashlib.sha256(bytes.fromhex(key)).hexdigest().upper()
    return " ".join(digits[at : at + _GROUP] for at in range(0, _GROUP * _GROUPS, _GROUP))


def _private() -> Ed25519PrivateKey:
    path = Path(settings.DATA) / "package-key"
    if not path.exists():
        _make(path)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii")))


def _make(path: Path) -> None:
    """Write a new key whole, for the owner's eyes only; of two that make one the first wins."""
    with NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=".key-") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)
        except FileExistsError:
            return
