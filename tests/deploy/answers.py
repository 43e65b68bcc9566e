"""What an answer of the edge says."""

import json
from typing import Any

from tests.deploy.edge import Answer

MIB = 1024 * 1024


def reached(answer: Answer) -> dict[str, list[str]]:
    assert answer.status == 200, answer.body
    found: dict[str, list[str]] = {}
    for name, value in json.loads(answer.body)["headers"]:
        found.setdefault(name, []).append(value)
    return found


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert (answer.status, answer["content-type"]) == (status, "application/problem+json; charset=utf-8"), answer
    told: dict[str, Any] = json.loads(answer.body)
    assert (told["status"], told["code"], told["type"]) == (status, code, f"/problems/{code}")
    assert told["detail"] == told["message"]
    assert told["requestId"] == answer["x-request-id"] == told["instance"]
    return told
