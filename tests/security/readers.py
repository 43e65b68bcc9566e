"""What reads the files and texts of strangers: each with what it takes well, and how that is made wrong."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from contracts.cfdi_xml import UnConcepto, UnDocto, UnPago
from contracts.efirmas import NOW, PASSWORD, an_autoridad, an_efirma
from contracts.efirmas import RFC as OWN
from contracts.routes import METADATA
from contracts.samples import UN_UUID, a_retenciones_xml, an_xml
from horux_adapters.crypto.certificates import Certificate
from horux_adapters.crypto.fiel import X509Inspector
from horux_adapters.crypto.tokens import SignedTokens
from horux_adapters.hojas.any_statement import AnyStatementReader
from horux_adapters.memory.spool import MemorySpool
from horux_adapters.sat.lineas import lee_conceptos
from horux_adapters.sat.lista_69b import lee_lista_69b
from horux_adapters.sat.paquetes import SatPaquetes
from horux_adapters.sat.pool import ReadingPool
from horux_adapters.sat.reading import read_cfdi
from horux_adapters.sat.uploads import SatUploads
from horux_core.fiel.inspecting import inspect
from horux_core.fiel.model import Upload
from horux_core.fiscal.cfdi.ports import SpoolRef
from horux_core.kernel.ids import JobId, TenantId
from horux_core.kernel.rfc import Rfc
from tests.adapters.hojas.hojas import un_csv, un_ofx, un_xlsx
from tests.security.mutations import BLIND, COLUMNS, XML, Mutation, valued

MOMENT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reader:
    """`read` says something of any bytes at all, the same each time, or refuses them as the business does."""

    name: str
    seeds: Sequence[bytes]
    ways: Sequence[Mutation]
    read: Callable[[bytes], Any]


def _cfdis() -> list[bytes]:
    return [
        an_xml(addenda="<a>1</a>"),
        an_xml(version="3.3", conceptos=(UnConcepto(), UnConcepto(iva="exento"), UnConcepto(ret_iva="0.106667"))),
        an_xml(pagos=(UnPago((UnDocto(UN_UUID), UnDocto(UN_UUID, moneda="USD", equivalencia="0.05"))),)),
        an_xml(version="3.3", pagos=(UnPago((UnDocto(UN_UUID),)),)),
        an_xml(relaciones=(("04", (UN_UUID,)),), informacion_global=("04", "01", "2025"), rfc_receptor="XAXX010101000"),
        an_xml(moneda="USD", tipo_cambio="18.5", tipo="E", descuento="1.00"),
        a_retenciones_xml(),
        a_retenciones_xml(rfc_receptor=None),
    ]


@cache
def samples() -> tuple[bytes, ...]:
    """The shared ones, where they are laid."""
    from tests.samples import shared

    return tuple(file.read_bytes() for file in sorted(shared("samples", "cfdi").glob("*.xml")))


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 15, 10, 0, 0)), content, method)
    return place.getvalue()


def zips() -> list[bytes]:
    some = [(f"{n}.xml", an_xml(uuid=f"aaaaaaaa-bbbb-4ccc-8ddd-{n:012}", rfc_emisor=OWN)) for n in range(3)]
    inner = zipped(*some[1:])
    return [
        zipped(*some),
        zipped(*some, method=zipfile.ZIP_STORED),
        zipped(some[0], ("dentro.zip", inner), ("carpeta/", b""), ("__MACOSX/._0.xml", b"x")),
        zipped(("metadata.txt", METADATA), method=zipfile.ZIP_STORED),
        zipped(("metadata.txt", METADATA), ("dentro.zip", zipped(("otra.txt", METADATA)))),
        some[0][1],
        METADATA,
    ]


def _spooled(spool: MemorySpool, content: bytes) -> SpoolRef:
    writer = spool.create(TenantId(UUID(int=1)), JobId(UUID(int=2)))
    writer.begin("carga.zip")
    writer.write(content)
    return writer.commit()


def _upload(content: bytes) -> object:
    spool = MemorySpool(lambda: MOMENT)
    uploads = SatUploads(spool, _POOL)
    ref = _spooled(spool, content)
    return uploads.size(ref), uploads.read(ref, OWN)


def _package(content: bytes) -> object:
    spool = MemorySpool(lambda: MOMENT)
    paquetes = SatPaquetes(spool)
    ref = _spooled(spool, content)
    with paquetes.metadata(ref) as read:
        return paquetes.pesa(ref), tuple(read)


_POOL = ReadingPool(1)
_EFIRMA = an_efirma(number=50, bits=1024)
_INSPECTOR = X509Inspector()
_TRUSTING = X509Inspector([Certificate.read(an_autoridad().cer)])
_TOKENS = SignedTokens(b"secreto de las pruebas, 32 bytes")


def _certificate(content: bytes) -> object:
    held = Upload(content, _EFIRMA.key, PASSWORD)
    return _INSPECTOR.kind(content), inspect(_INSPECTOR, held, Rfc(OWN), NOW), _TRUSTING.chain(content)


def _key(content: bytes) -> object:
    held = inspect(_INSPECTOR, Upload(_EFIRMA.cer, content, PASSWORD), Rfc(OWN), NOW)
    return _INSPECTOR.dear(content), replace(held, private_key=b"")


def _lista() -> list[bytes]:
    head = (
        "Información actualizada al 31 de octubre de 2025\nNo,RFC,Nombre del Contribuyente,Situación del contribuyente,"
    )
    head += "Publicación DOF presuntos,Publicación DOF definitivos\n"
    rows = '1,AAA080808HL8,"ASESORES, S.A. DE C.V.",Definitivo,01/02/2020,03/04/2021\n2,AAA091014835,X,Presunto,,\n'
    text = head + rows
    return [text.encode(), text.encode("cp1252"), text.replace(",", ";").encode("utf-8-sig")]


def _token(content: bytes) -> object:
    return _TOKENS.read(content.decode("latin-1"), MOMENT)


def _tokens() -> list[bytes]:
    claims = {"iat": int(MOMENT.timestamp()), "sub": UN_UUID, "sid": UN_UUID, "role": "owner", "db": "x"}
    made = _TOKENS.sign(claims, MOMENT + timedelta(minutes=15))
    other = SignedTokens(b"otro secreto de prueba, 32 bytes").sign(claims, MOMENT + timedelta(minutes=15))
    return [made.encode(), other.encode(), b"hxk_" + made.encode()[:43]]


def readers() -> list[Reader]:
    cfdis = [*_cfdis(), *samples()]
    return [
        Reader("CFDI", cfdis, XML, read_cfdi),
        Reader("conceptos", cfdis, XML, lee_conceptos),
        Reader("carga", zips(), (*BLIND, BLIND[3], BLIND[3], valued), _upload),
        Reader("paquete", zips(), (*COLUMNS, BLIND[3]), _package),
        Reader("estado de cuenta CSV", [un_csv(), un_csv(";", "cp1252"), un_csv("\t", "utf-16")], COLUMNS, _STATEMENT),
        Reader("estado de cuenta OFX", [un_ofx(), un_ofx(xml=True)], (*XML, *COLUMNS), _STATEMENT),
        Reader("estado de cuenta XLSX", [un_xlsx(), *_unpacked()], (*BLIND, BLIND[3], valued), _STATEMENT),
        Reader("lista 69-B", _lista(), COLUMNS, lee_lista_69b),
        Reader("certificado", [_EFIRMA.cer], BLIND, _certificate),
        Reader("llave", [_EFIRMA.key], BLIND, _key),
        Reader("credencial", _tokens(), BLIND, _token),
    ]


_STATEMENT = AnyStatementReader().read


def _unpacked() -> list[bytes]:
    """A workbook whose parts are not deflated, so that what changes is their XML."""
    with zipfile.ZipFile(io.BytesIO(un_xlsx())) as book:
        return [zipped(*((each, book.read(each)) for each in book.namelist()), method=zipfile.ZIP_STORED)]
