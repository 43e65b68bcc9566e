"""The routes on FastAPI as its guide writes them: plain functions in its threads, models for what goes in and out."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse

from horux_core.fiscal.calendario.generando import EstadoObligacion
from horux_core.fiscal.calendario.marcando import Marca
from horux_core.identity.model import Actor
from horux_core.kernel.errors import HoruxError
from horux_core.kernel.periodo import Periodo
from horux_http.problems import Problem
from tests.benchmarks.rivales import formas, negocio
from tests.benchmarks.rivales.modelos import Anio, Detalle, Figura, Obligacion, ObligacionPatch, Pagina


@asynccontextmanager
async def _threads(_app: FastAPI) -> AsyncGenerator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = negocio.THREADS
    yield


app = FastAPI(lifespan=_threads)


def quien(authorization: Annotated[str, Header()] = "") -> Actor:
    return negocio.who(authorization)


Quien = Annotated[Actor, Depends(quien)]


@app.exception_handler(HoruxError)
def refused(_request: Request, error: HoruxError) -> JSONResponse:
    problem = Problem.of(error)
    status = problem.status if problem else 500
    return JSONResponse({"status": status, "code": error.code, "detail": str(error)}, status)


@app.get("/health")
async def health() -> dict[str, Any]:
    return {"status": "ok", "timestamp": datetime.now(UTC)}


@app.get("/api/cfdi")
def cfdis(
    actor: Quien,
    desde: date | None = None,
    hasta: date | None = None,
    tipo: Literal["I", "E", "T", "N", "P", "R"] | None = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Pagina:
    return Pagina.model_validate(negocio.listed(actor, desde, hasta, tipo, q, cursor, limit))


@app.get("/api/cfdi/{uuid}")
def cfdi(actor: Quien, uuid: str) -> Detalle:
    return Detalle.model_validate(formas.detalle(negocio.show_cfdi(actor, uuid)))


@app.get("/api/iva")
def iva(actor: Quien, anio: int) -> Anio:
    return Anio.model_validate(formas.anio(anio, negocio.show_iva_year(actor, anio)))


@app.get("/api/iva/{anio}/{mes}/detalle")
def iva_detalle(actor: Quien, anio: int, mes: int) -> list[Figura]:
    shown = formas.figuras(negocio.show_iva_detail(actor, Periodo(anio, mes)))
    return [Figura.model_validate(figura) for figura in shown]


@app.patch("/api/calendario/{ident}")
def marcar(actor: Quien, ident: str, sent: ObligacionPatch) -> Obligacion:
    marca = Marca(EstadoObligacion(sent.estado), sent.presentadaEn, sent.nota)
    return Obligacion.model_validate(formas.obligacion(negocio.mark_obligacion(actor, ident, marca)))
