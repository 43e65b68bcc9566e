"""The shared packages, read in place: every case of samples/sat/INDEX.json that is a package."""

import base64
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from contracts.ports.uploads import a_zip
from horux_core.fiscal.cfdi.model import Estado
from horux_core.fiscal.paquetes.model import Comparacion
from horux_core.kernel.rfc import Rfc
from tests.paquetes import Paqueteria
from tests.samples import shared

D = Decimal
METADATA = ("esc_metadata_emitidos.zip", "esc_metadata_recibidos.zip")
XML = ("esc_emitidos_3C551434_01.zip", "esc_emitidos_3C551434_02.zip", "esc_recibidos_D6ADE0B3_01.zip")
E14 = "9ba40dd2-c9e8-58a7-a20c-01eb314fabfe"


def index() -> dict[str, Any]:
    files = json.loads(shared("samples", "sat", "INDEX.json").read_text(encoding="utf-8"))["archivos"]
    return {each["file"]: each for each in files}


@pytest.mark.parametrize("name", METADATA)
def test_metadata_of_the_scenario(paqueteria: Paqueteria, name: str) -> None:
    expected, result = index()[name], paqueteria.sample(name)
    assert (result.metadata.renglones, result.metadata.nuevos) == (expected["rows"], expected["rows"])
    assert (result.metadata.avisos, result.metadata.rechazados, result.cfdi.seen) == ((), (), 0)
    with paqueteria.despacho.books.open(paqueteria.despacho.tenant) as books:
        kept = list(books.metadata.tables["metadata_sat"].values())
    assert sum(r.monto for r in kept) == D(expected["suma_monto"])
    assert sum(r.estado is Estado.CANCELADO for r in kept) == expected["cancelados"]
    assert (paqueteria.count(), paqueteria.despacho.pending()) == (0, 0)


def test_packages_of_xml_count_each_document_once(paqueteria: Paqueteria) -> None:
    first, second, third = (paqueteria.sample(name).cfdi for name in XML)
    assert (first.inserted, second.inserted, second.duplicates, third.inserted) == (8, 8, 1, 13)
    assert [index()[name]["xml_validos"] for name in XML] == [o.received for o in (first, second, third)]


def test_a_package_as_the_service_sends_it_is_known_by_its_documents_and_not_their_names(
    paqueteria: Paqueteria,
) -> None:
    name = "soap_descarga_con_paquete.xml"
    sent = re.search(r"<Paquete[^>]*>([^<]+)</Paquete>", shared("samples", "sat", name).read_text(encoding="utf-8"))
    assert sent is not None
    result = paqueteria.imported(("paquete.zip", base64.b64decode(sent[1])))
    assert (result.cfdi.inserted, result.cfdi.seen) == (1, len(index()[name]["archivos_en_paquete"]))
    assert paqueteria.despacho.get(index()[name]["xml_uuid"]).estado is Estado.VIGENTE


def test_others_rows_are_no_metadata_of_the_taxpayer_s(paqueteria: Paqueteria) -> None:
    for name in ("metadata_phpcfdi.zip", "metadata_phpcfdi.txt", "metadata_con_terceros.zip"):
        result = paqueteria.sample(name)
        expected = index()[name]
        assert result.metadata.ajenos == expected["rows"]
        assert {r.code for r in result.metadata.rechazados} == {"metadata-ajena"}
        assert result.vacio


def test_what_is_junk_beside_the_metadata_is_passed_over(paqueteria: Paqueteria) -> None:
    result = paqueteria.sample("metadata_phpcfdi.zip")
    assert result.cfdi.rejected == ()
    assert sorted(each.file for each in result.cfdi.ignored) == [
        "00000000-0000-0000-0000-000000000000_00.txt",
        "__MACOSX/",
        "__MACOSX/._45C5C344-DA01-497A-9271-5AA3852EE6AE_01.txt",
        "empty-file",
        "other.txt",
    ]


def test_third_parties_are_bound_without_regard_to_case(paqueteria: Paqueteria) -> None:
    packet = shared("samples", "sat", "metadata_con_terceros.zip").read_bytes()
    with paqueteria.despacho.control.transaction() as tables:
        tenant = tables["tenants"][paqueteria.despacho.tenant]
        tables["tenants"][tenant.id] = replace(tenant, rfc=Rfc("XIQB891116QE4"))
    expected = index()["metadata_con_terceros.zip"]
    result = paqueteria.imported(("p.zip", packet))
    assert (result.metadata.renglones, result.metadata.avisos_total) == (expected["rows"], 0)
    assert result.metadata.terceros == expected["terceros"]
    kept = paqueteria.metadata(*(u.lower() for u in expected["uuids"]))
    # The index adds its five rows up to 1026992.42: fifty cents less than they are.
    assert sum(r.monto for r in kept.values()) == D("1026992.92")
    told = {uuid.upper(): r.rfc_tercero for uuid, r in kept.items() if r.rfc_tercero}
    assert told == expected["terceros_por_uuid"]


def test_a_third_party_of_nobody_is_told(paqueteria: Paqueteria) -> None:
    result = paqueteria.sample("terceros_uuid_vacio.txt")
    assert result.metadata.avisos_total == 1


def test_a_package_with_a_bad_file_imports_the_rest_and_reports_it(paqueteria: Paqueteria) -> None:
    result = paqueteria.sample("paquete_phpcfdi_cfdi.zip")
    # The sample's one document is of two other taxpayers: what is asked is that each file has its own outcome.
    codes = {each.file: each.code for each in result.cfdi.rejected}
    assert codes.pop("00000000-0000-0000-0000-000000000000.xml") not in ("cfdi-ajeno", "")
    assert set(codes.values()) == {"cfdi-ajeno"}
    good = shared("samples", "escenario", "e01_pue.xml").read_bytes()
    bad = paqueteria.imported(("p.zip", a_zip(("roto.xml", b"<a"), ("bueno.xml", good))))
    assert (bad.cfdi.inserted, [each.file for each in bad.cfdi.rejected], bad.vacio) == (1, ["roto.xml"], False)


def test_one_that_changes_its_state_is_one_and_cancelled(paqueteria: Paqueteria) -> None:
    result = paqueteria.sample("md_estado_cambia.txt")
    (uuid,) = index()["md_estado_cambia.txt"]["uuids"]
    (row,) = paqueteria.metadata(uuid.lower()).values()
    assert (row.estado, str(row.monto), result.metadata.nuevos) == (Estado.CANCELADO, "116.00", 1)


def test_a_header_alone_is_metadata_all_the_same(paqueteria: Paqueteria) -> None:
    result = paqueteria.sample("md_solo_encabezado.txt")
    assert (result.metadata.archivos, result.metadata.renglones, result.vacio) == (
        ("md_solo_encabezado.txt",),
        0,
        False,
    )


def test_a_cancellation_leaves_the_month_it_was_counted_in(paqueteria: Paqueteria) -> None:
    despacho = paqueteria.despacho
    despacho.enter_samples("escenario")
    antes = despacho.mes(2025, 3)
    result = paqueteria.sample(METADATA[0])
    despues = despacho.mes(2025, 3)
    assert antes is not None
    assert despues is not None
    assert antes.iva_trasladado - despues.iva_trasladado == D("1120.00")
    assert (result.metadata.cancelados, result.metadata.cancelados_total) == ((E14,), 1)
    kept = despacho.get(E14)
    assert (kept.estado, str(kept.fecha_cancelacion)) == (Estado.CANCELADO, "2025-03-13 10:01:00")
    (deed,) = despacho.deeds()
    assert deed[0] == "cfdi-cancelados-por-sat"
    assert E14 in deed[1]["uuids"]
    assert despacho.pending() == 0


def test_the_order_of_packages_does_not_matter_and_twice_changes_nothing() -> None:
    """All of the scenario, with the cancelled document's XML too, in several orders: the same books to the last row."""
    loose = ("e14.zip", a_zip(("e14.xml", shared("samples", "escenario", "e14_cancelada.xml").read_bytes())))
    packets = [(name, shared("samples", "sat", name).read_bytes()) for name in (*METADATA, *XML)] + [loose]
    orders = [*permutations(range(len(packets)))]
    seen = []
    for order in (orders[0], orders[-1], *orders[77::211]):
        paqueteria = Paqueteria()
        for n in order:
            paqueteria.imported(packets[n])
        tables = paqueteria.tables()
        again = [paqueteria.imported(packets[n]) for n in order]
        assert paqueteria.tables() == tables
        assert all((r.metadata.nuevos, r.metadata.cambiados, r.cfdi.inserted) == (0, 0, 0) for r in again)
        assert paqueteria.despacho.get(E14).estado is Estado.CANCELADO
        assert paqueteria.despacho.pending() == 0
        seen.append(tables)
        paqueteria.pool.close()
    assert len(seen) > 3
    assert all(tables == seen[0] for tables in seen)


def test_the_scenario_compared(paqueteria: Paqueteria) -> None:
    for name in (*XML, *METADATA):
        paqueteria.sample(name)
    march = paqueteria.compared(2025, 3)
    assert [(c.uuid, c.resultado) for c in march] == [(E14, Comparacion.CANCELADO_SIN_XML)]
    assert (paqueteria.compared(2025, 1), paqueteria.compared(2025, 2)) == ((), ())


def test_a_document_the_sat_does_not_know_is_to_be_verified(paqueteria: Paqueteria) -> None:
    paqueteria.despacho.enter_samples("escenario")
    with shared("samples", "sat", METADATA[0]).open("rb") as file:
        text = _inside(file.read())
    lines = text.splitlines(keepends=True)
    lost = next(line for line in lines if line.startswith(b"C0D46C77"))
    paqueteria.imported(("m.txt", text.replace(lost, b"")))
    (found,) = paqueteria.compared(2025, 1)
    assert (found.uuid[:8], found.resultado) == ("c0d46c77", Comparacion.SOLO_XML)


def _inside(packet: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packet)) as opened:
        return opened.read(opened.namelist()[0])
