"""The open questions of the rules, and the readings one may choose; each has a decision record."""

from __future__ import annotations

CHOICES: dict[str, tuple[str, ...]] = {
    "rooms": ("each_use", "uses_together"),
    "opinions": ("pooled", "questionnaire", "each_channel"),
    "veto_unknown": ("not_assessed", "ignored"),
}
"""Option to its readings; the first is the default (docs/decisions)."""

DEFAULTS = {option: readings[0] for option, readings in CHOICES.items()}
