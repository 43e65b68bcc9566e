"""Makers of statements in each format."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook

from contracts.ports.statement_reader import UN_ESTADO

CABEZA = ("Fecha", "Descripción", "Referencia", "Cargo", "Abono", "Saldo")


def un_csv(separador: str = ",", codificacion: str = "utf-8") -> bytes:
    lineas = ["BANCO DEL NORTE", "Cuenta 0123456789", "", separador.join(CABEZA)]
    for fecha, importe, descripcion in UN_ESTADO:
        partes = (f"{-importe}", "") if importe < 0 else ("", f"{importe}")
        lineas.append(separador.join((f"{fecha:%d/%m/%Y}", descripcion, "7", *partes, "1.00")))
    return "\r\n".join(lineas).encode(codificacion)


def un_xlsx(filas: Iterable[Sequence[object]] | None = None, *hojas: str) -> bytes:
    libro = Workbook()
    hoja = libro.worksheets[0]
    for fila in filas or _filas():
        hoja.append([float(c) if isinstance(c, Decimal) else c for c in fila])
    for nombre in hojas:
        libro.create_sheet(nombre, 0)
    salida = io.BytesIO()
    libro.save(salida)
    return salida.getvalue()


def _filas() -> list[Sequence[object]]:
    filas: list[Sequence[object]] = [("BANCO DEL NORTE",), (), CABEZA]
    for fecha, importe, descripcion in UN_ESTADO:
        partes = (-importe, None) if importe < 0 else (None, importe)
        filas.append((fecha, descripcion, 7, *partes, 1))
    return filas


def cambiado(xlsx: bytes, parte: str, contenido: bytes) -> bytes:
    """The workbook with one of its parts replaced, or added."""
    salida = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as origen, zipfile.ZipFile(salida, "w", zipfile.ZIP_DEFLATED) as destino:
        for info in origen.infolist():
            if info.filename != parte:
                destino.writestr(info.filename, origen.read(info))
        destino.writestr(parte, contenido)
    return salida.getvalue()


def renombrado(xlsx: bytes, parte: str, otro: str) -> bytes:
    """The workbook with one of its parts under another name, which all of it knows it by."""
    salida = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as origen, zipfile.ZipFile(salida, "w", zipfile.ZIP_DEFLATED) as destino:
        for nombre in origen.namelist():
            contenido = origen.read(nombre).replace(
                parte.removeprefix("xl/").encode(), otro.removeprefix("xl/").encode()
            )
            destino.writestr(otro if nombre == parte else nombre, contenido)
    return salida.getvalue()


def la_parte(xlsx: bytes, parte: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as libro:
        return libro.read(parte)


def _transaccion(i: int, xml: bool) -> str:
    fecha, importe, descripcion = UN_ESTADO[i]
    campos = {"TRNTYPE": "OTHER", "DTPOSTED": f"{fecha:%Y%m%d}120000[-6:CST]", "TRNAMT": str(importe)}
    campos |= {"FITID": "7", "NAME": descripcion}
    cuerpo = "".join(f"<{k}>{v}</{k}>" if xml else f"<{k}>{v}\r\n" for k, v in campos.items())
    return f"<STMTTRN>{cuerpo}</STMTTRN>\r\n"


CABEZA_OFX1 = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n"
CABEZA_OFX2 = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'


def un_ofx(*, xml: bool = False, transacciones: str | None = None, cuenta: str = "0123456789") -> bytes:
    """OFX 1 in Windows-1252 with open leaves, or OFX 2 in UTF-8."""
    fin = "</{}>".format if xml else (lambda _: "")
    hechas = (
        transacciones if transacciones is not None else "".join(_transaccion(i, xml) for i in range(len(UN_ESTADO)))
    )
    cuerpo = (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1{fin('TRNUID')}<STMTRS><CURDEF>MXN{fin('CURDEF')}"
        f"<BANKACCTFROM><BANKID>002{fin('BANKID')}<ACCTID>{cuenta}{fin('ACCTID')}</BANKACCTFROM>"
        f"<BANKTRANLIST>\r\n{hechas}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    )
    return ((CABEZA_OFX2 if xml else CABEZA_OFX1) + cuerpo).encode("utf-8" if xml else "cp1252")
