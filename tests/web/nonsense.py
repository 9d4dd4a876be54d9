"""Nonsense for the API: requests made up after its own description, sent with real tokens or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from junheng.web.project.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NO_ENTRY = 401
FALSE = ("", "jh_false")
"""No token, and one that nobody gave out."""


@dataclass
class Nonsense:
    """Sends made-up requests to every door; counts them, and keeps what was wrong."""

    tokens: list[str]
    real: dict[str, list[int]]
    """Keys of real objects by the name of the parameter, for half of the requests."""
    tried: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def send(self, each: int, seed: int) -> None:
        """Send so many requests to each door."""
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
        doors: Any = schema.get_all_operations()
        for found in doors:
            self._door(found.ok(), each, seed)

    def _door(self, door: Any, each: int, seed: int) -> None:
        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=each,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=door.as_strategy())
        def one(case: Any) -> None:
            self._one(case)

        one()

    def _one(self, case: Any) -> None:
        self.tried += 1
        for name, value in (case.path_parameters or {}).items():
            known = self.real.get(name, [])
            if known and isinstance(value, int) and value % 2 == 0:
                case.path_parameters[name] = known[value // 2 % len(known)]
        tokens = (*self.tokens, *FALSE)
        token = tokens[self.tried % len(tokens)]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = case.call(headers=headers)
            self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            if token in FALSE and answer.status_code != NO_ENTRY:
                self.wrong.append(f"{case.method} {case.formatted_path} let in without a token")
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as failures:
            self.wrong += [
                f"{case.method} {case.formatted_path} {case.body!r:.200}: {each}"
                for each in failures.exceptions
            ]


def said(wrong: Iterable[str]) -> str:
    """Give the first things that were wrong, each once."""
    return "\n".join(list(dict.fromkeys(wrong))[:10])
