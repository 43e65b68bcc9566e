"""What every CfdiReader promises; a subclass brings the `reader` fixture."""

from hashlib import sha256

import pytest

from contracts.samples import UN_UUID, an_xml
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
