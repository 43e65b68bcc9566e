"""What every CfdiReader promises; a subclass brings the `reader` fixture."""

from decimal import Decimal
from hashlib import sha256

import pytest

from contracts.samples import UN_UUID, UnConcepto, a_retenciones_xml, an_xml
from horux_core.fiscal.cfdi.errors import CfdiRejected
from horux_core.fiscal.ports import CfdiReader


class CfdiReaderContract:
    def test_reads_a_document(self, reader: CfdiReader) -> None:
        assert reader.read(an_xml()).uuid == UN_UUID

    def test_refuses_what_is_no_document(self, reader: CfdiReader) -> None:
        with pytest.raises(CfdiRejected):
            reader.read(b"hola")

    def test_gives_back_the_very_bytes_it_packed(self, reader: CfdiReader) -> None:
        content = an_xml() + b"\n"
        original = reader.pack(content)
        assert reader.unpack(original) == content
        assert (original.sha256, original.size) == (sha256(content).digest(), len(content))

    def test_tells_the_lines_of_a_document(self, reader: CfdiReader) -> None:
        lines = (UnConcepto(importe="31.50", descuento="1.50", clave="01010101"), UnConcepto())
        first, second = reader.conceptos(an_xml(conceptos=lines))
        assert (first.clave, first.importe, first.descuento) == ("01010101", Decimal("31.50"), Decimal("1.50"))
        assert first.cantidad * first.valor_unitario == first.importe
        assert first.descripcion
        assert second.clave == "81112100"
        assert second.descuento == 0
        assert reader.conceptos(a_retenciones_xml()) == ()
