"""FISCAL.md 7.2, state by state, and what holds of every comparison."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.libros import AJENO, PROPIO, uuid
from contracts.ports.metadata_sat import ARCHIVO, a_row, cancelled
from horux_core.fiscal.cfdi.model import Direccion, Estado, Tipo
from horux_core.fiscal.paquetes.comparando import cancelaciones, coberturas, comparar
from horux_core.fiscal.paquetes.model import (
    ArchivoMetadata,
    Cancelacion,
    Cobertura,
    Comparacion,
    RenglonMetadata,
    ResumenCfdi,
    fundido,
)
from tests.samples import shared

D = Decimal
ENERO = Cobertura(Direccion.EMITIDO, False, datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59))


def ours(n: int = 1, total: str = "1160.00", **changes: object) -> ResumenCfdi:
    plain = ResumenCfdi(
        uuid(n), Direccion.EMITIDO, Tipo.INGRESO, datetime(2026, 1, 15, 10, 30), PROPIO, AJENO, D(total), "MXN",
        Estado.VIGENTE, None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def state(propio: ResumenCfdi | None, sat: RenglonMetadata | None, *cubierto: Cobertura) -> Comparacion | None:
    compared = comparar([propio] if propio else [], [sat] if sat else [], cubierto)
    return compared[0].resultado if compared else None


CANCELADA = ours(estado=Estado.CANCELADO, fecha_cancelacion=datetime(2026, 1, 20, 9))


@pytest.mark.parametrize(
    ("propio", "sat", "expected"),
    [
        (ours(), a_row(), Comparacion.COINCIDE),
        (CANCELADA, cancelled(), Comparacion.COINCIDE),
        (ours(), cancelled(), Comparacion.CANCELADO_EN_SAT),
        (ours(total="1.00"), cancelled(rfc_emisor=AJENO), Comparacion.CANCELADO_EN_SAT),
        (None, a_row(), Comparacion.FALTA_XML),
        (None, cancelled(), Comparacion.CANCELADO_SIN_XML),
        (ours(total="1160.01"), a_row(), Comparacion.COINCIDE),
        (ours(total="1160.02"), a_row(), Comparacion.MONTO_DISTINTO),
        (ours(total="1159.98"), a_row(), Comparacion.MONTO_DISTINTO),
        (ours(tipo=Tipo.PAGO, total="0", moneda="XXX"), a_row(monto="0", efecto=Tipo.PAGO), Comparacion.COINCIDE),
        (ours(moneda="USD", total="1000.00"), a_row(monto="1000.00"), Comparacion.COINCIDE),
        (ours(), a_row(rfc_receptor="XAXX010101000"), Comparacion.RFC_DISTINTO),
        (ours(), a_row(rfc_emisor="XIQB891116QE4"), Comparacion.RFC_DISTINTO),
        (ours(), a_row(rfc_receptor="ure-180429 tm6"), Comparacion.COINCIDE),
        (ours(), a_row(rfc_receptor=""), Comparacion.COINCIDE),
        (CANCELADA, a_row(), Comparacion.VIGENTE_EN_SAT),
        (CANCELADA, a_row(monto="1.00"), Comparacion.MONTO_DISTINTO),
    ],
)
def test_each_state(propio: ResumenCfdi | None, sat: RenglonMetadata | None, expected: Comparacion) -> None:
    assert state(propio, sat) is expected


def test_the_vectors_of_xml_against_metadata() -> None:
    vectores = json.loads(shared("domain", "ejemplos_conciliacion.json").read_text(encoding="utf-8"))["metadata"]
    propios = [
        ours(int(x["uuid"][1:]), x["total"], **({"tipo": Tipo.PAGO, "moneda": "XXX"} if x.get("tipo") == "P" else {}))
        for x in vectores["xml"]
    ]
    del_sat = [
        a_row(
            int(m["uuid"][1:]),
            m["monto"],
            estado=Estado.VIGENTE if m["estatus"] == "1" else Estado.CANCELADO,
            fecha_cancelacion=datetime.fromisoformat(m["fecha_cancelacion"]) if "fecha_cancelacion" in m else None,
        )
        for m in vectores["metadata"]
    ]
    comparados = comparar(propios, del_sat, (ENERO,))
    assert {c.uuid: c.resultado.value for c in comparados} == {
        uuid(int(nombre[1:])): dicho for nombre, dicho in vectores["esperado"].items()
    }


class TestSoloXml:
    def test_is_only_said_where_complete_metadata_covers_it(self) -> None:
        assert state(ours(), None) is None
        assert state(ours(), None, ENERO) is Comparacion.SOLO_XML
        assert state(ours(direccion=Direccion.AMBAS), None, ENERO) is Comparacion.SOLO_XML

    @pytest.mark.parametrize(
        "propio",
        [
            ours(direccion=Direccion.RECIBIDO),
            ours(tipo=Tipo.RETENCIONES),
            ours(fecha_emision=datetime(2025, 12, 31, 23, 59, 59)),
            ours(fecha_emision=datetime(2026, 2, 1)),
        ],
    )
    def test_another_side_kind_or_time_is_not_covered(self, propio: ResumenCfdi) -> None:
        assert state(propio, None, ENERO) is None

    def test_its_borders_are_covered(self) -> None:
        for border in (ENERO.desde, ENERO.hasta):
            assert state(ours(fecha_emision=border), None, ENERO) is Comparacion.SOLO_XML


class TestCancellations:
    def test_only_what_is_still_vigente_here_follows(self) -> None:
        compared = comparar(
            [ours(1), replace(CANCELADA, uuid=uuid(2)), ours(3)],
            [cancelled(1), cancelled(2), a_row(3), cancelled(4)],
            (),
        )
        assert cancelaciones(compared) == (Cancelacion(uuid(1), datetime(2026, 1, 20, 9)),)

    @pytest.mark.parametrize("fecha", [None, datetime(2025, 12, 1)])
    def test_one_without_a_possible_date_was_cancelled_as_issued(self, fecha: datetime | None) -> None:
        compared = comparar([ours()], [cancelled(fecha_cancelacion=fecha)], ())
        assert cancelaciones(compared)[0].fecha == ours().fecha_emision


def part(name: str, *days: int, **changes: object) -> ArchivoMetadata:
    desde, hasta = (datetime(2026, 1, day) for day in days)
    return replace(ARCHIVO, archivo=name, desde=desde, hasta=hasta, **changes)  # type: ignore[arg-type]


class TestCoverage:
    def test_goes_from_the_first_to_the_last_of_an_answer(self) -> None:
        assert coberturas([part("uno.txt", 3, 20)]) == (
            Cobertura(Direccion.EMITIDO, False, datetime(2026, 1, 3), datetime(2026, 1, 20)),
        )

    def test_the_parts_of_an_answer_count_together(self) -> None:
        (whole,) = coberturas([part("p.zip/ABC_02.txt", 3, 9), part("q.zip/abc_01.txt", 5, 20)])
        assert (whole.desde.day, whole.hasta.day) == (3, 20)

    def test_an_answer_that_lacks_a_part_or_a_row_covers_nothing(self) -> None:
        assert coberturas([part("abc_02.txt", 3, 9)]) == ()
        assert coberturas([part("abc_01.txt", 3, 9), part("abc_02.txt", 3, 9, completo=False)]) == ()
        assert coberturas([part("uno.txt", 3, 9, completo=False)]) == ()

    def test_a_part_read_again_whole_makes_up_for_the_broken_one(self) -> None:
        again = part("abc_01.txt", 3, 9, huella="cd" * 32)
        assert len(coberturas([part("abc_01.txt", 3, 9, completo=False), again])) == 1

    def test_sides_and_kinds_are_apart(self) -> None:
        sides = [
            part("x.txt", 1, 2),
            part("x.txt", 1, 2, direccion=Direccion.RECIBIDO),
            part("x.txt", 1, 2, retenciones=True),
        ]
        assert len(set(coberturas(sides))) == 3


VARIED = st.builds(
    lambda n, estado, monto, fecha, tercero: a_row(
        n, f"{monto}.00", estado=estado, fecha_cancelacion=fecha if estado is Estado.CANCELADO else None,
        rfc_tercero=tercero,
    ),
    st.integers(1, 4), st.sampled_from(Estado), st.integers(0, 3),
    st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.sampled_from(["", "AAAA010101AA1"]),
)  # fmt: skip
OURS = st.builds(
    lambda n, estado, total: ours(n, f"{total}.00", estado=estado),
    st.integers(1, 4),
    st.sampled_from(Estado),
    st.integers(0, 3),
)


class TestAlways:
    @given(VARIED, VARIED, VARIED)
    def test_one_row_comes_of_many_in_any_order(
        self, a: RenglonMetadata, b: RenglonMetadata, c: RenglonMetadata
    ) -> None:
        a, b, c = (replace(r, uuid=uuid(1)) for r in (a, b, c))
        assert fundido(a, b) == fundido(b, a)
        assert fundido(fundido(a, b), c) == fundido(a, fundido(b, c))
        assert fundido(a, a) == a
        assert (fundido(a, b).estado is Estado.CANCELADO) == (Estado.CANCELADO in (a.estado, b.estado))

    @given(st.lists(OURS, unique_by=lambda r: r.uuid), st.lists(VARIED, unique_by=lambda r: r.uuid))
    def test_each_is_compared_once_and_nothing_is_left_to_follow(
        self, propios: list[ResumenCfdi], sat: list[RenglonMetadata]
    ) -> None:
        compared = comparar(propios, sat, [ENERO])
        assert sorted(c.uuid for c in compared) == sorted({*(p.uuid for p in propios), *(r.uuid for r in sat)})
        done = {c.uuid: c.fecha for c in cancelaciones(compared)}
        after = [
            replace(p, estado=Estado.CANCELADO, fecha_cancelacion=done[p.uuid]) if p.uuid in done else p
            for p in propios
        ]
        assert cancelaciones(comparar(after, sat, [ENERO])) == ()
