"""What every Buzon promises; a subclass brings `buzon`, `tenant`, and `place`, which leaves a file there a while ago.

It also brings `lying`, which tells the files in an inbox by their path in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from horux_core.fiscal.cfdi.upload_errors import UploadMissing
from horux_core.fiscal.paquetes.ports import Buzon, EnBuzon
from horux_core.tenancy.model import Tenant

Place = Callable[[str, bytes], None]
Lying = Callable[[], Mapping[str, bytes]]


class BuzonContract:
    def test_tells_what_is_waiting_by_name_and_gives_its_bytes(
        self, buzon: Buzon, tenant: Tenant, place: Place
    ) -> None:
        place("b.zip", b"dos")
        place("a ñ.txt", b"uno")
        waiting = buzon.esperando(tenant)
        assert waiting == (EnBuzon(tenant, "a ñ.txt"), EnBuzon(tenant, "b.zip"))
        with buzon.abrir(waiting[1]) as file:
            assert file.read() == b"dos"

    def test_nothing_waits_where_there_is_no_inbox(self, buzon: Buzon, tenant: Tenant) -> None:
        assert buzon.esperando(replace(tenant, database_name="horux_otra")) == ()

    def test_a_taxpayer_is_given_its_folder_once(
        self, buzon: Buzon, tenant: Tenant, place: Place, lying: Lying
    ) -> None:
        buzon.preparar(tenant)
        assert buzon.esperando(tenant) == ()
        place("a.zip", b"uno")
        buzon.preparar(tenant)
        assert lying() == {"a.zip": b"uno"}

    def test_knows_whether_somebody_wrote_to_it_since(self, buzon: Buzon, tenant: Tenant, place: Place) -> None:
        place("a.zip", b"uno")
        (waiting,) = buzon.esperando(tenant)
        assert buzon.igual(waiting)
        place("a.zip", b"uno y dos")
        assert not buzon.igual(waiting)
        assert not buzon.igual(EnBuzon(tenant, "b.zip"))

    @pytest.mark.parametrize("name", [".oculto.zip", "a.zip.part", "b.TMP", "c.filepart"])
    def test_what_is_hidden_or_arriving_does_not_wait(
        self, buzon: Buzon, tenant: Tenant, place: Place, name: str
    ) -> None:
        place(name, b"x")
        assert buzon.esperando(tenant) == ()

    def test_what_was_taken_in_is_put_aside(self, buzon: Buzon, tenant: Tenant, place: Place, lying: Lying) -> None:
        place("a.zip", b"uno")
        place("b.zip", b"dos")
        a, b = buzon.esperando(tenant)
        buzon.procesado(a, "")
        buzon.procesado(b, "x.xml: roto\n")
        assert lying() == {
            "procesados/a.zip": b"uno",
            "procesados/b.zip": b"dos",
            "procesados/b.zip.informe.txt": b"x.xml: roto\n",
        }
        assert buzon.esperando(tenant) == ()

    def test_what_was_refused_lies_beside_its_reason(
        self, buzon: Buzon, tenant: Tenant, place: Place, lying: Lying
    ) -> None:
        place("a.zip", b"uno")
        buzon.rechazado(buzon.esperando(tenant)[0], "No es de este contribuyente: súbelo en otro.\n")
        assert lying() == {
            "rechazados/a.zip": b"uno",
            "rechazados/a.zip.motivo.txt": "No es de este contribuyente: súbelo en otro.\n".encode(),
        }

    def test_none_is_written_over(self, buzon: Buzon, tenant: Tenant, place: Place, lying: Lying) -> None:
        for content in (b"1", b"2", b"3"):
            place("a.zip", content)
            buzon.procesado(buzon.esperando(tenant)[0], content.decode())
        place("sin", b"4")
        buzon.procesado(buzon.esperando(tenant)[0], "")
        place("sin", b"5")
        buzon.procesado(buzon.esperando(tenant)[0], "")
        assert lying() == {
            "procesados/a.zip": b"1",
            "procesados/a.zip.informe.txt": b"1",
            "procesados/a (2).zip": b"2",
            "procesados/a (2).zip.informe.txt": b"2",
            "procesados/a (3).zip": b"3",
            "procesados/a (3).zip.informe.txt": b"3",
            "procesados/sin": b"4",
            "procesados/sin (2)": b"5",
        }

    def test_what_somebody_took_away_is_missed_and_put_nowhere(
        self, buzon: Buzon, tenant: Tenant, place: Place, lying: Lying
    ) -> None:
        gone = EnBuzon(tenant, "a.zip")
        with pytest.raises(UploadMissing):
            buzon.abrir(gone)
        place("b.zip", b"dos")
        buzon.procesado(gone, "")
        assert lying() == {"b.zip": b"dos"}
