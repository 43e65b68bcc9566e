"""Sending statements over HTTP, and reading what became of them."""

from typing import Any

from httpx import Response

from contracts.ports.conciliacion import statement_form
from tests.http.whole import Whole

CSV = "Fecha,Descripción,Cargo,Abono,Saldo\n{}\n"


def uploaded(product: Whole, content: bytes, who: str = "contador", **fields: str) -> Response:
    form, kind = statement_form(content, **fields)
    headers = {**product.credential(who), "Content-Type": kind}
    return product.http.post("/api/conciliacion/estado-cuenta", content=form, headers=headers)


def listed(product: Whole, query: str = "", who: str = "visor") -> Any:
    answer = product.http.get(f"/api/conciliacion{query}", headers=product.credential(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def csv(*lines: str) -> bytes:
    return CSV.format("\n".join(lines)).encode()
