"""How an entry is hashed. `verify_log.py` says the same without Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

START = "0" * 64


def canonical(entry: Mapping[str, Any]) -> bytes:
    """Write an entry in the one form that is hashed: sorted keys, no spaces, UTF-8."""
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(entry: Mapping[str, Any]) -> str:
    """Give the SHA-256 of an entry; its key `previous` chains it to the one before."""
    return hashlib.sha256(b"\x00" + canonical(entry)).hexdigest()
