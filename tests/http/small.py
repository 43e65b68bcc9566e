"""A small application over the real skeleton, with routes that go wrong in every way a route can."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Litestar, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.testing import TestClient

from horux_core.kernel.errors import (
    Conflict,
    HoruxError,
    Invalid,
    NotEntitled,
    NotFound,
    Throttled,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from horux_http.app import Options, create_app

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "s3cr3t-en-el-mensaje"


class NewThing(msgspec.Struct, rename="camel"):
    nombre_corto: Annotated[str, msgspec.Meta(min_length=1)]
    cuantos: int = 1
    vence: date | None = None


class Taken(Conflict):
    code = "cosa-repetida"
    title = "Cosa repetida"


class NoCategory(HoruxError):
    code = "sin-categoria"


CATEGORIES = {
    "invalid": (Invalid, 422),
    "large": (TooLarge, 413),
    "unknown": (Unauthenticated, 401),
    "plan": (NotEntitled, 403),
    "missing": (NotFound, 404),
    "conflict": (Conflict, 409),
    "often": (Throttled, 429),
    "later": (Unavailable, 503),
}


class ThingController(Controller):
    path = "/api/cosas"

    @post(sync_to_thread=True)
    def create(self, data: JSONBody[NewThing]) -> NewThing:
        return data

    @get("/una", sync_to_thread=True, opt={"public": True})
    def one(self, anio: FromQuery[int], mes: FromQuery[int] = 1) -> dict[str, int]:
        return {"anio": anio, "mes": mes}

    @get("/repetida", sync_to_thread=True)
    def taken(self) -> None:
        raise Taken("Ya existe una cosa igual. Usa otra.", importe=Decimal("1.50"), id=UUID(int=1), status=200, dia=NOW)

    @get("/espera", sync_to_thread=True)
    def wait(self, segundos: FromQuery[float]) -> None:
        raise Throttled("Espera.", retryAfter=segundos)

    @get("/categoria/{name:str}", sync_to_thread=True)
    def category(self, name: FromPath[str]) -> None:
        raise CATEGORIES[name][0]("Una frase en español.")

    @get("/rota", sync_to_thread=True)
    def broken(self) -> None:
        raise RuntimeError(f"SELECT * FROM users WHERE clave = '{SECRET}'")

    @get("/sin-categoria", sync_to_thread=True)
    def no_category(self) -> None:
        raise NoCategory(SECRET)

    @get("/marco/{status:int}", sync_to_thread=True)
    def framework(self, status: FromPath[int]) -> None:
        raise HTTPException(status_code=status, detail=SECRET, extra={"interno": SECRET})

    @get("/secreta/{token:str}", sync_to_thread=True)
    def secret_path(self, token: FromPath[str]) -> str:
        return str(len(token))


def small_app(ready: Callable[[], bool] = lambda: True, extra: list[Any] | None = None, **options: Any) -> Litestar:
    return create_app([ThingController, *(extra or [])], {}, ready=ready, clock=lambda: NOW, options=Options(**options))


def client(**options: Any) -> TestClient[Litestar]:
    return TestClient(small_app(**options), raise_server_exceptions=False)
