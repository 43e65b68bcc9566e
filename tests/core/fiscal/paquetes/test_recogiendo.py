"""The night's round of the inboxes: every file once, whatever cuts it off."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.libros import a_tenant
from contracts.ports.paquetes import folio, txt
from contracts.ports.uploads import a_zip, many, xml
from horux_adapters.filesystem.buzon import FilesystemBuzon
from horux_adapters.sat import archive
from horux_adapters.sat.uploads import SatUploads
from horux_core.billing.model import SubscriptionStatus
from horux_core.fiscal.cfdi.outcome import Batch
from horux_core.fiscal.cfdi.ports import Reading, SpoolRef
from horux_core.fiscal.cfdi.upload_errors import SpoolUnavailable, TooManyLoads
from horux_core.fiscal.paquetes import recogiendo
from horux_core.fiscal.paquetes.errors import BuzonInaccesible
from horux_core.fiscal.paquetes.ports import EnBuzon
from horux_core.fiscal.paquetes.recogiendo import ImportInbox
from horux_core.jobs.model import JobState
from horux_core.kernel.ids import TenantId
from horux_core.plans.model import Plan
from horux_core.tenancy.model import Tenant
from tests.paquetes import Paqueteria

Lying = dict[str, bytes]


@dataclass
class Noche:
    paqueteria: Paqueteria
    root: Path

    @property
    def tenant(self) -> Tenant:
        found: Tenant = self.paqueteria.despacho.control.tables["tenants"][self.paqueteria.despacho.tenant]
        return found

    @property
    def folder(self) -> Path:
        return self.root / self.tenant.database_name

    @property
    def import_inbox(self) -> ImportInbox:
        p = self.paqueteria
        return ImportInbox(FilesystemBuzon(self.root), p.spool, p.registry, p.import_package, p.despacho.clock)

    def place(self, name: str, content: bytes, folder: Path | None = None) -> None:
        inbox = folder or self.folder
        inbox.mkdir(exist_ok=True)
        (inbox / name).write_bytes(content)
        os.utime(inbox / name, (1, 1))

    def lying(self) -> Lying:
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def known(self, *numbers: int) -> list[str]:
        return sorted(self.paqueteria.metadata(*(folio(n) for n in numbers)))


@pytest.fixture
def noche(paqueteria: Paqueteria, tmp_path: Path) -> Noche:
    return Noche(paqueteria, tmp_path)


def test_takes_in_what_is_there_and_puts_each_aside(noche: Noche) -> None:
    noche.place("a.zip", a_zip(("1.xml", xml(1)), ("roto.xml", b"<a")))
    noche.place("b.txt", txt(1))
    noche.place("c.zip", b"PK\x03\x04 nada")
    noche.place("d.txt", txt(2, rfc="XIQB891116QE4"))
    noche.place("e.pdf", b"%PDF")
    assert noche.import_inbox() == {"paquetes": 2, "rechazados": 3}
    lying = noche.lying()
    assert sorted(lying) == [
        "procesados/a.zip",
        "procesados/a.zip.informe.txt",
        "procesados/b.txt",
        "rechazados/c.zip",
        "rechazados/c.zip.motivo.txt",
        "rechazados/d.txt",
        "rechazados/d.txt.motivo.txt",
        "rechazados/e.pdf",
        "rechazados/e.pdf.motivo.txt",
    ]
    assert b"roto.xml" in lying["procesados/a.zip.informe.txt"]
    assert b"zip-danado" in lying["rechazados/c.zip.motivo.txt"]
    assert b"metadata-ajena" in lying["rechazados/d.txt.motivo.txt"]
    assert (noche.paqueteria.count(), noche.known(1), noche.paqueteria.on_spool()) == (1, [folio(1)], 0)
    assert noche.import_inbox() == {"paquetes": 0, "rechazados": 0}


def test_a_file_too_large_is_refused_before_it_is_copied(noche: Noche, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogiendo, "MAX_BODY", 10)
    noche.place("a.txt", txt(1))
    assert noche.import_inbox() == {"paquetes": 0, "rechazados": 1}
    assert b"carga-demasiado-grande" in noche.lying()["rechazados/a.txt.motivo.txt"]
    assert noche.paqueteria.on_spool() == 0


def test_one_that_does_not_fit_in_the_plan_is_refused_with_the_reason(noche: Noche) -> None:
    noche.paqueteria.limit(0)
    noche.place("a.zip", a_zip(("1.xml", xml(1))))
    assert noche.import_inbox() == {"paquetes": 0, "rechazados": 1}
    assert b"plan-limit-reached" in noche.lying()["rechazados/a.zip.motivo.txt"]


@pytest.mark.parametrize("why", ["plan", "arrears"])
def test_who_may_not_import_keeps_its_files_waiting(noche: Noche, why: str) -> None:
    if why == "arrears":
        noche.paqueteria.despacho.subscribe(SubscriptionStatus.CANCELLED)
    with noche.paqueteria.despacho.control.transaction() as tables:
        tenant = tables["tenants"][noche.tenant.id]
        tables["tenants"][tenant.id] = replace(tenant, plan=Plan.BUSINESS if why == "plan" else tenant.plan)
        for key, row in tables["subscriptions"].items():
            tables["subscriptions"][key] = replace(row, plan=tables["tenants"][tenant.id].plan)
    noche.place("a.txt", txt(1))
    assert noche.import_inbox() == {"paquetes": 0, "rechazados": 0}
    assert list(noche.lying()) == ["a.txt"]


@pytest.mark.parametrize("trouble", [SpoolUnavailable, TooManyLoads])
def test_trouble_of_the_server_leaves_the_file_and_goes_on_with_the_others(
    noche: Noche, monkeypatch: pytest.MonkeyPatch, trouble: Any
) -> None:
    noche.place("a.txt", txt(1))
    noche.place("b.txt", txt(2))
    real = FilesystemBuzon.abrir

    def full(self: FilesystemBuzon, archivo: EnBuzon) -> Any:
        if archivo.nombre == "a.txt":
            raise trouble
        return real(self, archivo)

    with monkeypatch.context() as patched:
        patched.setattr(FilesystemBuzon, "abrir", full)
        with pytest.raises(trouble):
            noche.import_inbox()
    assert sorted(noche.lying()) == ["a.txt", "procesados/b.txt"]
    assert noche.import_inbox() == {"paquetes": 1, "rechazados": 0}


class Killed(BaseException):
    """kill -9."""


@pytest.mark.parametrize("at", ["procesado", "rechazado", "rename"])
def test_one_that_is_killed_is_taken_in_again_to_no_harm(
    noche: Noche, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    noche.place("a.zip", a_zip(("1.xml", xml(1)), ("m.txt", txt(1)), ("roto.xml", b"<a")))
    noche.place("b.zip", b"PK\x03\x04 nada")

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        owner: type = Path if at == "rename" else FilesystemBuzon
        patched.setattr(owner, at, killed)
        with pytest.raises(Killed):
            noche.import_inbox()
    before = noche.paqueteria.tables() if at != "rechazado" else None
    noche.import_inbox()
    assert sorted(noche.lying()) == [
        "procesados/a.zip",
        "procesados/a.zip.informe.txt",
        "rechazados/b.zip",
        "rechazados/b.zip.motivo.txt",
    ]
    assert (noche.paqueteria.count(), noche.known(1)) == (1, [folio(1)])
    assert before in (None, noche.paqueteria.tables())


def test_another_load_that_ends_meanwhile_is_nothing_to_it(noche: Noche, monkeypatch: pytest.MonkeyPatch) -> None:
    p = noche.paqueteria
    monkeypatch.setattr(archive, "STRETCH_FILES", 50)
    noche.place("a.zip", many(120))
    other = p.queued(("z.zip", a_zip(("200.xml", xml(200)))))
    real = SatUploads.batches

    @contextmanager
    def interrupted(self: SatUploads, ref: SpoolRef, rfc: str, desde: int) -> Iterator[Reading]:
        with real(self, ref, rfc, desde) as reading:

            def batches() -> Iterator[Batch]:
                for n, batch in enumerate(reading.batches):
                    if ref.id != other and n == 1:
                        p.run(other)
                    yield batch

            yield replace(reading, batches=batches())

    monkeypatch.setattr(SatUploads, "batches", interrupted)
    assert noche.import_inbox() == {"paquetes": 1, "rechazados": 0}
    assert (list(noche.lying()), p.count(), p.job(other).state) == (["procesados/a.zip"], 121, JobState.TERMINADO)


def test_each_taxpayer_has_its_own_inbox(noche: Noche) -> None:
    other = replace(a_tenant(TenantId(UUID(int=2)), "XIQB891116QE4"), database_name="horux_otra")
    with noche.paqueteria.despacho.control.transaction() as tables:
        tables["tenants"][other.id] = other
    noche.place("a.txt", txt(1))
    noche.place("a.txt", txt(2, rfc="XIQB891116QE4"), noche.root / "horux_otra")
    noche.place("a.txt", txt(3), noche.root / "horux_de_nadie")
    told = noche.import_inbox()
    assert told["rechazados"] == 0
    assert noche.known(1, 2, 3) == [folio(1)]
    assert (noche.root / "horux_de_nadie" / "a.txt").exists()


def test_one_taken_away_meanwhile_is_no_failure(noche: Noche, monkeypatch: pytest.MonkeyPatch) -> None:
    noche.place("a.txt", txt(1))
    real: Callable[..., Any] = FilesystemBuzon.esperando
    monkeypatch.setattr(
        FilesystemBuzon, "esperando", lambda self, tenant: (EnBuzon(tenant, "0.txt"), *real(self, tenant))
    )
    assert noche.import_inbox() == {"paquetes": 1, "rechazados": 0}


def test_one_that_is_written_to_meanwhile_waits_for_another_night(
    noche: Noche, monkeypatch: pytest.MonkeyPatch
) -> None:
    noche.place("a.txt", txt(1))
    real: Callable[..., Any] = FilesystemBuzon.abrir

    def opened(self: FilesystemBuzon, archivo: EnBuzon) -> Any:
        file = real(self, archivo)
        (noche.folder / "a.txt").write_bytes(txt(1, 2))
        return file

    with monkeypatch.context() as patched:
        patched.setattr(FilesystemBuzon, "abrir", opened)
        assert noche.import_inbox() == {"paquetes": 0, "rechazados": 0}
    assert (list(noche.lying()), noche.known(1), noche.paqueteria.on_spool()) == (["a.txt"], [], 0)


def test_who_has_no_inbox_gets_one(noche: Noche) -> None:
    noche.import_inbox()
    assert noche.folder.is_dir()


def test_an_inbox_that_cannot_be_reached_keeps_nobody_else_waiting(noche: Noche) -> None:
    other = replace(a_tenant(TenantId(UUID(int=2)), "AAA010101AAA"), database_name="horux_aaa")
    with noche.paqueteria.despacho.control.transaction() as tables:
        tables["tenants"][other.id] = other
    (noche.root / "horux_aaa").symlink_to(noche.root)
    noche.place("a.txt", txt(1))
    with pytest.raises(BuzonInaccesible):
        noche.import_inbox()
    assert sorted(noche.lying()) == ["procesados/a.txt"]


def test_what_was_refused_is_told_once_for_each_taxpayer(noche: Noche) -> None:
    for n in range(25):
        noche.place(f"{n:02d}.pdf", b"%PDF")
    noche.place("z\udce9\n.pdf", b"%PDF")
    noche.import_inbox()
    noche.import_inbox()
    (put,) = noche.paqueteria.despacho.control.tables["outbox"].values()
    event = put.delivery.event
    assert (event.tenant, event.cuantos) == (noche.tenant.id, 26)
    assert event.archivos.split("\n") == [f"{n:02d}.pdf" for n in range(20)]
