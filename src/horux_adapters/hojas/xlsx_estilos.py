"""How the cells of a workbook that is written look, and the parts that every workbook has."""

from xml.sax.saxutils import quoteattr

from horux_core.fiscal.reportes.hojas import Formato

_NUMEROS = {
    Formato.TEXTO: "@",
    Formato.IMPORTE: "#,##0.00",
    Formato.PESOS: "#,##0",
    Formato.ENTERO: "0",
    Formato.FACTOR: "0.0000",
    Formato.PORCIENTO: "0.00",
    Formato.FECHA: "yyyy-mm-dd",
}
ESTILOS = {formato: i for i, formato in enumerate(_NUMEROS)}
_CITADO = ' quotePrefix="1"'
ENCABEZADO, TITULO = len(ESTILOS), len(ESTILOS) + 1
_PRIMER_FORMATO = 164
"""Number formats below it are the application's own."""

_ABRE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PAQUETE = "http://schemas.openxmlformats.org/package/2006"
_TIPO = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HOJA_ABRE = f'{_ABRE}<worksheet xmlns="{_MAIN}">'


def estilos() -> str:
    """Texts are quoted: an application keeps them as texts when they are edited."""
    formatos = "".join(
        f'<numFmt numFmtId="{_PRIMER_FORMATO + i}" formatCode={quoteattr(codigo)}/>'
        for i, codigo in enumerate(_NUMEROS.values())
    )
    celdas = "".join(
        f'<xf numFmtId="{_PRIMER_FORMATO + i}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
        f"{_CITADO if formato is Formato.TEXTO else ''}/>"
        for i, formato in enumerate(_NUMEROS)
    )
    negritas = "".join(
        f'<xf numFmtId="{_PRIMER_FORMATO}" fontId="1" fillId="{relleno}" borderId="0" xfId="0" '
        'quotePrefix="1" applyFont="1" applyFill="1" applyNumberFormat="1"/>'
        for relleno in (2, 0)
    )
    total = len(ESTILOS)
    return (
        f'{_ABRE}<styleSheet xmlns="{_MAIN}"><numFmts count="{total}">{formatos}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFD9E1F2"/></patternFill></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{total + 2}">{celdas}{negritas}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def partes(nombres: list[str]) -> dict[str, str]:
    """The parts that tie the sheets of those names together, by their place in the file."""
    lugares = range(1, len(nombres) + 1)
    hojas = "".join(
        f'<sheet name={quoteattr(nombre)} sheetId="{i}" r:id="rId{i}"/>'
        for i, nombre in zip(lugares, nombres, strict=True)
    )
    relaciones = "".join(
        f'<Relationship Id="rId{i}" Type="{_R}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in lugares
    )
    tipos = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_TIPO}.worksheet+xml"/>' for i in lugares
    )
    return {
        "[Content_Types].xml": f'{_ABRE}<Types xmlns="{_PAQUETE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TIPO}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TIPO}.styles+xml"/>{tipos}</Types>',
        "_rels/.rels": f'{_ABRE}<Relationships xmlns="{_PAQUETE}/relationships">'
        f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'{_ABRE}<Relationships xmlns="{_PAQUETE}/relationships">{relaciones}'
        f'<Relationship Id="rId{len(nombres) + 1}" Type="{_R}/styles" Target="styles.xml"/></Relationships>',
        "xl/workbook.xml": f'{_ABRE}<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets>{hojas}</sheets>'
        '<calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>',
        "xl/styles.xml": estilos(),
    }
