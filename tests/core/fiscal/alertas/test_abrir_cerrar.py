"""Alerts open, change and close with the facts, once each, and hear what a person marked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from horux_core.fiscal.alertas.abrir_cerrar import Cambios, atendida, cambios, unicos, vuelta_a_abrir
from horux_core.fiscal.alertas.model import Alerta, Clave, EstadoAlerta, Hallazgo, Severidad
from tests.core.fiscal.alertas.libros import mes

AHORA = datetime(2026, 11, 10, 8, tzinfo=UTC)
LUEGO = AHORA + timedelta(days=1)
DESPUES = AHORA + timedelta(days=2)
CODIGOS = ("PPD_SIN_REP", "FIEL_POR_VENCER")
ABIERTA, ATENDIDA, CERRADA = EstadoAlerta.ABIERTA, EstadoAlerta.ATENDIDA, EstadoAlerta.CERRADA
UNO = Hallazgo("PPD_SIN_REP", "a", mes("2026-09"), Severidad.MEDIA, "Faltan 5.", ("a",), date(2026, 10, 5))


def abierta(h: Hallazgo = UNO, estado: EstadoAlerta = ABIERTA) -> Alerta:
    alerta = Alerta(h, ABIERTA, AHORA, AHORA)
    return atendida(alerta, AHORA) if estado is ATENDIDA else alerta


def aplicados(guardadas: Iterable[Alerta], hechos: Cambios) -> list[Alerta]:
    nuevas = {a.clave: a for a in (*guardadas, *hechos.abiertas, *hechos.actualizadas, *hechos.cerradas)}
    return list(nuevas.values())


def test_a_new_finding_opens_and_one_that_stopped_closes() -> None:
    hechos = cambios([UNO], [], CODIGOS, AHORA)
    assert hechos == Cambios(abiertas=(Alerta(UNO, ABIERTA, AHORA, AHORA),))
    hechos = cambios([], hechos.abiertas, CODIGOS, LUEGO)
    assert hechos == Cambios(cerradas=(Alerta(UNO, CERRADA, AHORA, LUEGO, cerrada_en=LUEGO),))
    assert cambios([], hechos.cerradas, CODIGOS, DESPUES) == Cambios()


def test_one_that_comes_back_opens_again() -> None:
    (cerrada,) = cambios([], [abierta()], CODIGOS, LUEGO).cerradas
    assert cambios([UNO], [cerrada], CODIGOS, DESPUES) == Cambios(abiertas=(Alerta(UNO, ABIERTA, DESPUES, DESPUES),))


def test_a_change_of_severity_or_deadline_updates_it() -> None:
    for cambiado in (replace(UNO, severidad=Severidad.ALTA), replace(UNO, limite=date(2026, 10, 6))):
        hechos = cambios([cambiado], [abierta()], CODIGOS, LUEGO)
        assert hechos == Cambios(actualizadas=(Alerta(cambiado, ABIERTA, AHORA, LUEGO),))


def test_one_that_was_attended_stays_so_until_its_facts_change_or_grow_graver() -> None:
    vista = abierta(estado=ATENDIDA)
    assert cambios([UNO], [vista], CODIGOS, LUEGO) == Cambios()
    for igual in (replace(UNO, limite=date(2026, 10, 6)), replace(UNO, severidad=Severidad.BAJA)):
        (alerta,) = cambios([igual], [vista], CODIGOS, LUEGO).actualizadas
        assert (alerta.estado, alerta.atendida_en, alerta.hallazgo) == (ATENDIDA, AHORA, igual)
    otros = [
        replace(UNO, detalle="Faltan 6."),
        replace(UNO, uuids=("a", "b")),
        replace(UNO, severidad=Severidad.ALTA),
    ]
    for otro in otros:
        (alerta,) = cambios([otro], [vista], CODIGOS, LUEGO).actualizadas
        assert (alerta.estado, alerta.atendida_en, alerta.hallazgo) == (ABIERTA, None, otro)


def test_what_was_attended_is_remembered_over_its_closing() -> None:
    (cerrada,) = cambios([], [abierta(estado=ATENDIDA)], CODIGOS, LUEGO).cerradas
    (alerta,) = cambios([UNO], [cerrada], CODIGOS, DESPUES).abiertas
    assert (alerta.estado, alerta.atendida_en, alerta.abierta_en, alerta.cerrada_en) == (ATENDIDA, AHORA, DESPUES, None)
    (alerta,) = cambios([replace(UNO, detalle="Faltan 6.")], [cerrada], CODIGOS, DESPUES).abiertas
    assert (alerta.estado, alerta.atendida_en) == (ABIERTA, None)


def test_a_code_that_was_not_looked_at_is_left_alone() -> None:
    assert cambios([], [abierta()], ("FIEL_POR_VENCER",), LUEGO) == Cambios()
    assert cambios([UNO], [], ("FIEL_POR_VENCER",), LUEGO) == Cambios()


def test_a_month_before_the_facts_is_left_alone() -> None:
    sin_mes = abierta(replace(UNO, periodo=None))
    assert cambios([], [abierta()], CODIGOS, LUEGO, desde=mes("2026-10")) == Cambios()
    assert len(cambios([], [abierta(), sin_mes], CODIGOS, LUEGO, desde=mes("2026-09")).cerradas) == 2
    assert len(cambios([], [sin_mes], CODIGOS, LUEGO, desde=mes("2026-10")).cerradas) == 1


def test_two_findings_of_a_key_are_one_the_gravest_with_all_it_concerns() -> None:
    otro = replace(UNO, severidad=Severidad.ALTA, detalle="Faltan 9.", uuids=("b",), limite=date(2026, 10, 1))
    sin_limite = replace(UNO, limite=None)
    esperado = replace(otro, detalle="Faltan 9. Faltan 5.", uuids=("a", "b"))
    assert unicos([UNO, otro, sin_limite]) == unicos([sin_limite, otro, UNO]) == [esperado]
    assert unicos([sin_limite])[0].limite is None


def test_a_person_marks_and_takes_the_mark_back() -> None:
    vista = atendida(abierta(), LUEGO)
    assert (vista.estado, vista.atendida_en) == (ATENDIDA, LUEGO)
    assert atendida(vista, DESPUES) == vista
    otra_vez = vuelta_a_abrir(vista, DESPUES)
    assert (otra_vez.estado, otra_vez.atendida_en) == (ABIERTA, None)
    (cerrada,) = cambios([], [vista], CODIGOS, DESPUES).cerradas
    assert atendida(cerrada, DESPUES) == vuelta_a_abrir(cerrada, DESPUES) == cerrada


HALLAZGOS = st.lists(
    st.builds(
        Hallazgo,
        st.sampled_from(CODIGOS),
        st.sampled_from("ab"),
        st.sampled_from([None, mes("2026-09"), mes("2026-10")]),
        st.sampled_from(Severidad),
        st.sampled_from(["Uno.", "Dos."]),
        st.lists(st.sampled_from("xyz"), unique=True, max_size=2).map(lambda u: tuple(sorted(u))),
        st.sampled_from([None, date(2026, 10, 5), date(2026, 11, 5)]),
    ),
    max_size=6,
)


@given(st.lists(st.tuples(HALLAZGOS, st.sets(st.integers(0, 20))), max_size=5), HALLAZGOS, st.randoms())
def test_whatever_happened_before_the_open_are_those_the_facts_show(
    pasos: list[tuple[list[Hallazgo], set[int]]], final: list[Hallazgo], azar: object
) -> None:
    guardadas: list[Alerta] = []
    for n, (hallazgos, marcas) in enumerate(pasos):
        guardadas = aplicados(guardadas, cambios(hallazgos, guardadas, CODIGOS, AHORA + timedelta(hours=n)))
        guardadas = [atendida(a, AHORA) if i in marcas else a for i, a in enumerate(guardadas)]
    hechos = cambios(final, guardadas, CODIGOS, DESPUES)
    assert cambios(list(reversed(final)), guardadas, CODIGOS, DESPUES) == hechos
    despues = aplicados(guardadas, hechos)
    assert {a.clave: a.hallazgo for a in despues if a.estado is not CERRADA} == {h.clave: h for h in unicos(final)}
    assert cambios(final, despues, CODIGOS, DESPUES) == Cambios()
    vistas: dict[Clave, Alerta] = {a.clave: a for a in guardadas if a.atendida_en is not None}
    for a in despues:
        antes = vistas.get(a.clave)
        if antes is not None and a.estado is ABIERTA:
            noticia = (a.hallazgo.detalle, a.hallazgo.uuids) != (antes.hallazgo.detalle, antes.hallazgo.uuids)
            assert noticia or a.hallazgo.severidad.peso > antes.hallazgo.severidad.peso
