"""The shared stand-in for the provider's API, run as it is, and what it can be told to do."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.request import Request, urlopen

from tests.samples import shared

TOKEN = "TEST-no-es-de-nadie"


class Standin:
    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, op: str, **how: Any) -> Any:
        return self._control(json.dumps({"op": op, **how}).encode())

    def shows(self) -> Any:
        """All that it holds, and every request it was sent."""
        return self._control(None)

    def approve(self, reference: str) -> None:
        self.tell("payer", preapproval_id=reference, do="approve")

    def decline(self, reference: str, tries: int) -> None:
        self.tell("set", max_attempts=tries)
        self.tell("card", preapproval_id=reference, status="rejected", status_detail="cc_rejected_other_reason")

    def collect(self, reference: str) -> None:
        self.tell("charge", preapproval_id=reference)

    def refund(self, reference: str, amount: Decimal) -> None:
        self.tell("refund", payment_id=reference, amount=float(amount))

    def dispute(self, reference: str) -> None:
        self.tell("chargeback", payment_id=reference)

    def _control(self, command: bytes | None) -> Any:
        with urlopen(Request(f"{self.url}/__control", command), timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running() -> Iterator[Standin]:
    command = [sys.executable, str(shared("tools", "mercadopago_standin.py")), "--port", "0", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Standin("http://" + process.stdout.readline().split()[-1])
        finally:
            process.terminate()
