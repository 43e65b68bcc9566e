"""LibreOffice as a judge of workbooks: it works their formulas out anew and says what it sees."""

import io
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from horux_adapters.hojas.xlsx_hojas import XlsxHojas
from horux_core.fiscal.reportes.hojas import Hoja
from tests.core.fiscal.reportes.formulas import Cuaderno

D = Decimal


def recalculados(libros: Mapping[str, bytes], folder: Path) -> dict[str, Workbook]:
    """The workbooks as LibreOffice saves them: the values of their formulas are taken out before."""
    programa = shutil.which("soffice") or shutil.which("libreoffice")
    if programa is None:
        pytest.skip("falta LibreOffice: instala libreoffice-calc-nogui")
    for nombre, contenido in libros.items():
        with ZipFile(io.BytesIO(contenido)) as entra, ZipFile(folder / f"{nombre}.xlsx", "w") as sale:
            for parte in entra.namelist():
                sale.writestr(parte, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", entra.read(parte)))
    command = [programa, f"-env:UserInstallation=file://{folder}/perfil", "--headless", "--convert-to", "xlsx"]
    salida, entradas = folder / "salida", [str(folder / f"{nombre}.xlsx") for nombre in libros]
    subprocess.run([*command, "--outdir", str(salida), *entradas], check=True, timeout=600, capture_output=True)
    return {n: load_workbook(io.BytesIO((salida / f"{n}.xlsx").read_bytes()), data_only=True) for n in libros}


def dicen_lo_mismo(libros: Mapping[str, Sequence[Hoja]], folder: Path) -> int:
    """Every formula of every workbook gives the value that came with it, to the last digit; how many there are."""
    hechos = recalculados({nombre: XlsxHojas().libro(hojas) for nombre, hojas in libros.items()}, folder)
    vistas = 0
    for nombre, hojas in libros.items():
        for (hoja, columna, n), formula in Cuaderno(hojas).formulas():
            valor = hechos[nombre][hoja][f"{columna}{n}"].value
            assert round(D(valor), 6) == formula.valor, (nombre, hoja, columna, n, formula, valor)
            vistas += 1
    return vistas
