"""The provider's API by its own library, held so that a call is one request, bounded in time, with one way to fail."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import mercadopago
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient
from requests.exceptions import RequestException

from horux_adapters.mercadopago.refusals import in_spanish
from horux_core.billing.errors import (
    AgreementRefused,
    AgreementUnknown,
    ChargeUnknown,
    GatewayUnavailable,
    ReceiptUnknown,
)
from horux_core.kernel.errors import NotFound

API = "https://api.mercadopago.com"
Json = Mapping[str, Any]

_CONNECT, _READ = 5.0, 10.0
_PAGE = 50
_MOST_PAGES = 400
_RETRY_AFTER = 30
_REFUSED = (400, 402, 422)
_ELSEWHERE = (400, 404)
"""An id of another seller is a 400 and not a 404: both are unknown to us."""


class RedirectedClient(HttpClient):  # type: ignore[misc]
    """The library knows one address and one time-out for both waits, and would follow a redirect with the token."""

    def __init__(self, url: str, connect: float, read: float) -> None:
        self._url = url.rstrip("/")
        self._waits = (connect, read)

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        kwargs |= {"timeout": self._waits, "allow_redirects": False}
        return super().request(method, url.replace(API, self._url, 1), **kwargs)


class MercadoPagoClient:
    """Each method asks once and gives the body of the answer. Raises GatewayUnavailable for all but a clear no.

    Nothing is retried here: the library would, blocking its thread for minutes and losing the status.
    """

    def __init__(self, token: str, url: str = API, connect: float = _CONNECT, read: float = _READ) -> None:
        self._sdk: Any = mercadopago.SDK(token, http_client=RedirectedClient(url, connect, read))

    def create_agreement(self, body: Json, key: str) -> Json:
        """Not idempotent at the provider, whatever the key. Raises AgreementRefused."""
        return self._written(lambda options: self._sdk.preapproval().create(_sendable(body), options), key)

    def change_agreement(self, reference: str, body: Json) -> Json:
        """A yes is no proof that it was done. Raises AgreementUnknown, AgreementRefused.

        It bears no key of ours: a second pause after a resume is not the first one again.
        """
        return self._written(lambda options: self._sdk.preapproval().update(reference, _sendable(body), options))

    def agreement(self, reference: str) -> Json:
        """Raises AgreementUnknown."""
        return self._one(reference, self._sdk.preapproval().get, AgreementUnknown("MercadoPago no conoce el acuerdo."))

    def charge(self, reference: str) -> Json:
        """Raises ChargeUnknown."""
        return self._one(reference, self._sdk.invoice().get, ChargeUnknown("MercadoPago no conoce el cargo."))

    def payment(self, reference: str) -> Json:
        """Raises ReceiptUnknown."""
        return self._one(reference, self._sdk.payment().get, ReceiptUnknown("MercadoPago no conoce el pago."))

    def agreements(self, **filters: str) -> Iterator[Json]:
        """Rows thinner than the agreements they stand for."""
        return self._rows(self._sdk.preapproval().search, filters)

    def charges(self, **filters: str) -> Iterator[Json]:
        return self._rows(self._sdk.invoice().search, filters)

    def payments(self, **filters: str) -> Iterator[Json]:
        return self._rows(self._sdk.payment().search, filters)

    def account(self) -> Json | None:
        """Whose token it is; None where that cannot be asked."""
        status, body = self._answer(lambda options: self._sdk.user().get(options))
        return None if status in (403, 404) else _understood(status, body)

    def _one(self, reference: str, read: Callable[..., Any], unknown: NotFound) -> Json:
        """Its id is compared, for a reference from outside may be the name of another thing at the provider."""
        if not (reference.isascii() and reference.isalnum()):
            raise unknown
        status, body = self._answer(lambda options: read(reference, options))
        if status in _ELSEWHERE:
            raise unknown
        found = _understood(status, body)
        if str(found.get("id")) != reference:
            raise unknown
        return found

    def _written(self, write: Callable[[RequestOptions], Any], key: str | None = None) -> Json:
        status, body = self._answer(write, key)
        if status == 404:
            raise AgreementUnknown("MercadoPago no conoce el acuerdo.")
        if status in _REFUSED:
            raise AgreementRefused(in_spanish(body))
        return _understood(status, body)

    def _rows(self, search: Callable[..., Any], filters: Mapping[str, str]) -> Iterator[Json]:
        """Every row of every page, each once, however the provider counts its pages."""
        seen: set[str] = set()
        for page in range(_MOST_PAGES):
            asked = {**filters, "limit": _PAGE, "offset": page * _PAGE}
            found = _understood(*self._answer(partial(search, asked))).get("results")
            if not isinstance(found, list):
                raise _unreadable()
            rows = {str(row["id"]): row for row in found if isinstance(row, dict) and "id" in row}
            new = rows.keys() - seen
            yield from (row for ident, row in rows.items() if ident in new)
            seen |= new
            if len(found) < _PAGE or not new:
                return

    def _answer(self, call: Callable[[RequestOptions], Any], key: str | None = None) -> tuple[int, object]:
        """The status and the body. `retry_on` empty and no retries: with either alone the library retries or raises."""
        options = RequestOptions(
            max_retries=0,
            retry_on=[],
            custom_headers=None if key is None else {"x-idempotency-key": key},
        )
        try:
            answer = call(options)
        except RequestException as error:
            raise GatewayUnavailable("MercadoPago no responde. Intenta más tarde.", retryAfter=_RETRY_AFTER) from error
        except mercadopago.MercadoPagoError as error:
            raise _unreadable() from error
        return answer["status"], answer["response"]


def _understood(status: int, body: object) -> Json:
    """The body of a yes. Raises GatewayUnavailable."""
    if status in (401, 403):
        message = "MercadoPago no aceptó la clave de Horux360. Revisa MP_ACCESS_TOKEN."
        raise GatewayUnavailable(message, retryAfter=_RETRY_AFTER)
    if not 200 <= status < 300:
        message = f"MercadoPago respondió con un error ({status}). Intenta más tarde."
        raise GatewayUnavailable(message, retryAfter=_RETRY_AFTER)
    if not isinstance(body, dict):
        raise _unreadable()
    return body


def _unreadable() -> GatewayUnavailable:
    return GatewayUnavailable(
        "No se entiende lo que respondió MercadoPago. Intenta más tarde.", retryAfter=_RETRY_AFTER
    )


def _sendable(value: Any) -> Any:
    """What the library's encoder takes: it knows no decimals, and would write an infinite one as no JSON has it."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("un importe que se envía debe ser finito")
        return float(value)
    return {name: _sendable(item) for name, item in value.items()} if isinstance(value, Mapping) else value
