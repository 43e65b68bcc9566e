"""What the sums of a run may cost."""

import random
import time
from datetime import date, timedelta

import pytest

from horux_core.fiscal.conciliacion.emparejando import conciliar
from horux_core.fiscal.conciliacion.model import Clase, Decisiones, EstadoRenglon, Rechazo, Regla
from horux_core.fiscal.conciliacion.sumas import MAX_PASOS, Presupuesto
from tests.core.fiscal.conciliacion.bancos import documento, por_renglon, renglon, resuelve

NOMBRADA = "SPEI URE180429TM6"
PARES = [documento(f"d{n:02d}", Clase.PPD, "2026-03-01", f"{1000 + n * 14}.02") for n in range(30)]
"""Every sum of them is even, and few are alike: to say that none is a row's takes trying them all."""


@pytest.mark.parametrize("texto", [NOMBRADA, "SPEI"])
def test_a_run_ends_in_seconds_and_says_that_sums_were_left_out(texto: str) -> None:
    azar = random.Random(5)
    rfcs = [f"AAA010101{n:03d}" for n in range(750)]
    otros = [
        documento(f"{rfc}-{n}", Clase.PPD, "2026-03-01", f"{azar.randrange(5000)}.01", rfc)
        for rfc in rfcs
        for n in range(30)
    ]
    hasta = date(2026, 3, 2)
    filas = [renglon(f"r{n}", f"{hasta + timedelta(n % 30)}", f"{5000 + n}.01", texto) for n in range(2_000)]
    presupuesto = Presupuesto()
    start = time.process_time()
    hechas = conciliar(filas, [*PARES, *otros], presupuesto=presupuesto)
    assert len(hechas) == len(filas)
    assert presupuesto.agotado
    assert time.process_time() - start < 40


def test_a_thousand_rows_of_one_amount_cost_as_one() -> None:
    uno, mil = Presupuesto(MAX_PASOS), Presupuesto(MAX_PASOS)
    conciliar([renglon("r", "2026-03-05", "5003.01", NOMBRADA)], PARES, presupuesto=uno)
    conciliar([renglon(f"r{n}", "2026-03-05", "5003.01", NOMBRADA) for n in range(1_000)], PARES, presupuesto=mil)
    assert uno.gastados == mil.gastados > 1_000


def test_rows_that_share_their_sums_keep_each_its_own_refusals() -> None:
    dos = [documento(n, Clase.PPD, "2026-03-01", "100.00") for n in "abc"]
    filas = [renglon(n, "2026-03-05", "200.00", NOMBRADA) for n in ("r1", "r2")]
    hechas = resuelve(filas, dos, Decisiones((), frozenset({Rechazo("r1", frozenset("ab"))})))
    assert [p.documentos for p in hechas["r1"].propuestas] == [("a", "c"), ("b", "c")]
    assert [p.documentos for p in hechas["r2"].propuestas] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_what_was_found_before_the_budget_ended_is_suggested() -> None:
    dos = [documento(n, Clase.PPD, "2026-03-01", "100.00") for n in "ab"]
    filas = [renglon(f"r{n}", f"2026-03-0{n + 2}", f"{200 - n}.00", NOMBRADA) for n in range(3)]
    presupuesto = Presupuesto(3)
    hechas = por_renglon(*conciliar(filas, dos, presupuesto=presupuesto))
    assert presupuesto.agotado
    assert (hechas["r0"].estado, hechas["r0"].propuestas[0].regla) == (EstadoRenglon.SUGERIDO, Regla.SUMA)
