"""Every refusal as a problem document (RFC 9457) with Spanish text; whatever was not foreseen says nothing.

`python -m horux_http.problems` rewrites contracts/problems.md.
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import Send

from horux_core.kernel.errors import (
    Conflict,
    Forbidden,
    HoruxError,
    Invalid,
    NotFound,
    Throttled,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from horux_http.access_log import request_id
from horux_http.validation import Fault, api_names, faults

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[HoruxError], int] = {
    TooLarge: 413,
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Throttled: 429,
    Unavailable: 503,
}
"""The status of a category; the first that fits counts, so a narrower one stands before its parent."""

_RETRY_AFTER = {429: 60, 503: 5}

_log = logging.getLogger("horux.http")


class Kind(NamedTuple):
    """A refusal that is HTTP's and not the business's."""

    code: str
    title: str
    detail: str
    when: str


INTERNAL = Kind(
    "error-interno",
    "Error interno",
    "Algo falló de nuestro lado y quedó registrado. Intenta de nuevo; si sigue, avísanos con el número de solicitud.",
    "anything not foreseen; the answer says no more than this",
)
HOST_REFUSED = Kind(
    "host-no-permitido",
    "Dirección no permitida",
    "La solicitud llegó con un nombre de servidor que no es el nuestro. Revisa la dirección.",
    "the Host header is missing, repeated, malformed or not one of ours",
)
INVALID = Kind(
    "solicitud-invalida",
    "Solicitud no válida",
    "La solicitud no se entiende o le faltan datos. Corrige lo que se indica y envíala de nuevo.",
    "the body or a parameter cannot be read; `errors` lists `{campo, detalle}`",
)
UNAVAILABLE = Kind(
    "no-disponible",
    "Servicio no disponible",
    "El servicio no puede atender en este momento. Intenta de nuevo en unos segundos.",
    "it cannot be answered now",
)
HTTP_KINDS: Mapping[int, Kind] = {
    400: INVALID,
    401: Kind(
        "sin-credencial", "Falta identificarse", "Inicia sesión y envía la solicitud de nuevo.", "no usable credential"
    ),
    403: Kind(
        "no-permitido", "No permitido", "No tienes permiso para hacer esto.", "refused before the business is asked"
    ),
    404: Kind(
        "ruta-inexistente", "No existe", "Esta dirección no existe. Revisa que esté bien escrita.", "no such path"
    ),
    405: Kind(
        "metodo-no-permitido",
        "Método no permitido",
        "Esta dirección no admite ese método. Usa uno de los del encabezado Allow.",
        "the path exists, with other methods",
    ),
    406: Kind(
        "formato-no-disponible", "Formato no disponible", "No hay respuesta en el formato que pide Accept.", "Accept"
    ),
    408: Kind(
        "solicitud-lenta",
        "Solicitud demasiado lenta",
        "La solicitud llegó demasiado despacio y se dejó de esperar. Revisa tu conexión y envíala de nuevo.",
        "the body paused for too long, or came too slowly all in all",
    ),
    413: Kind(
        "cuerpo-demasiado-grande",
        "Demasiado grande",
        "Lo que enviaste pasa del tamaño permitido aquí. Divídelo o reduce su tamaño.",
        "the body is larger than the route's limit",
    ),
    415: Kind(
        "formato-no-admitido",
        "Formato no admitido",
        "El formato del cuerpo no se admite aquí. Envíalo con el Content-Type que pide la documentación y en UTF-8.",
        "Content-Type is missing, another, or with another charset",
    ),
    429: Kind(
        "demasiadas-solicitudes",
        "Demasiadas solicitudes",
        "Espera un momento y vuelve a intentarlo.",
        "too many requests",
    ),
    500: INTERNAL,
    503: UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document, before it takes its way out."""

    status: int
    code: str
    title: str
    detail: str
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def http(cls, kind: Kind, status: int, *, headers: Mapping[str, str] | None = None, **facts: object) -> "Problem":
        return cls(status, kind.code, kind.title, kind.detail, facts, headers or {})

    @classmethod
    def of(cls, error: HoruxError) -> "Problem | None":
        """None when the error is of no category."""
        status = next((status for category, status in STATUS.items() if isinstance(error, category)), None)
        return None if status is None else cls(status, error.code, error.title, str(error), error.facts)

    def body(self) -> bytes:
        """The facts come after the named members and never in their place."""
        named: dict[str, object] = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": request_id(),
            "code": self.code,
            "message": self.detail,
            "requestId": request_id(),
        }
        return msgspec.json.encode({**named, **{k: v for k, v in self.facts.items() if k not in named}}, enc_hook=str)

    def all_headers(self) -> dict[str, str]:
        more = dict(self.headers)
        if self.status in _RETRY_AFTER:
            more.setdefault("Retry-After", str(self._seconds()))
        if self.status == HTTPStatus.REQUEST_TIMEOUT:
            more.setdefault("Connection", "close")
        if self.status == HTTPStatus.UNAUTHORIZED:
            more.setdefault("WWW-Authenticate", "Bearer")
        return more

    def page_headers(self) -> dict[str, str]:
        """Without what would make a browser ask for a password by itself."""
        return {name: value for name, value in self.all_headers().items() if name != "WWW-Authenticate"}

    def response(self) -> Response[bytes]:
        return Response(self.body(), status_code=self.status, media_type=MEDIA_TYPE, headers=self.all_headers())

    async def send(self, send: Send) -> None:
        """Answer with it outside of any route."""
        body = self.body()
        headers = {**self.all_headers(), "content-type": MEDIA_TYPE, "content-length": str(len(body))}
        raw = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _seconds(self) -> int:
        asked = self.facts.get("retryAfter")
        if isinstance(asked, int | float) and math.isfinite(asked):
            return max(1, math.ceil(asked))
        return _RETRY_AFTER[self.status]


class Told(HTTPException):
    """A refusal of HTTP's with a sentence of ours, which may be shown."""

    def __init__(self, status_code: int, sentence: str) -> None:
        super().__init__(detail=sentence, status_code=status_code)


class ProblemDocument(msgspec.Struct, rename="camel"):
    """The shape of every refusal, for the OpenAPI document; a code's own facts come beside these members."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: str
    request_id: str
    errors: list[Fault] | msgspec.UnsetType = msgspec.UNSET


def refused(request: Request[Any, Any, Any], error: HoruxError) -> Response[bytes]:
    """The business said no. An error of no category is a fault of ours."""
    problem = Problem.of(error)
    return unforeseen(request, error) if problem is None else problem.response()


def unreadable(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    problem = of_http(request, error)
    return unforeseen(request, error) if problem is None else problem.response()


def of_http(request: Request[Any, Any, Any], error: HTTPException) -> Problem | None:
    """The framework said no: its status and headers, our words, unless the reader of the body has its own reason.

    None when the fault is ours.
    """
    refusal = request.scope["state"].get(REFUSAL)
    if error.status_code == HTTPStatus.BAD_REQUEST and refusal is not None:
        return Problem.of(refusal)
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and error.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
        return None
    kind = HTTP_KINDS.get(error.status_code, INVALID)
    if isinstance(error, Told):
        kind = kind._replace(detail=error.detail)
    facts: dict[str, object] = {}
    if error.status_code == HTTPStatus.BAD_REQUEST:
        names = api_names(request.scope.get("route_handler"))
        found = request.scope["state"].get(FAULTS) or faults(error.extra, error.detail, names)
        facts = {"errors": found} if found else {}
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in _KEPT_HEADERS}
    return Problem.http(kind, error.status_code, headers=headers, **facts)


def note(error: Exception) -> None:
    """A fault of ours: the log learns everything of it, once."""
    _log.error("error interno", exc_info=error, extra={"code": INTERNAL.code})


def unforeseen(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The person learns nothing of it."""
    note(error)
    return Problem.http(INTERNAL, 500).response()


FAULTS = "horux.faults"
"""Where in a request's state the reader of its body leaves what it found wrong."""

REFUSAL = "horux.refusal"
"""Where it leaves an error of the business that the body is to be refused with."""

_KEPT_HEADERS = frozenset({"allow", "retry-after", "www-authenticate"})

HANDLERS: Mapping[type[Exception] | int, Any] = {
    HoruxError: refused,
    HTTPException: unreadable,
    Exception: unforeseen,
}

if __name__ == "__main__":
    from horux_http.problem_table import rewrite

    rewrite()
