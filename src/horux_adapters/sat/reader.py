"""The reader of the SAT's XML, behind the books' port."""

from hashlib import sha256

from horux_adapters.sat.lineas import lee_conceptos
from horux_adapters.sat.packing import pack, unpack
from horux_adapters.sat.passing_thread import in_passing_thread
from horux_adapters.sat.reading import read_cfdi
from horux_core.fiscal.cfdi.model import Cfdi, Concepto
from horux_core.fiscal.cfdi.stored import Original


class SatReader:
    def read(self, content: bytes) -> Cfdi:
        return in_passing_thread(read_cfdi, content)

    def pack(self, content: bytes) -> Original:
        return Original(sha256(content).digest(), len(content), pack(content))

    def unpack(self, original: Original) -> bytes:
        return unpack(original.packed)

    def conceptos(self, content: bytes) -> tuple[Concepto, ...]:
        return in_passing_thread(lee_conceptos, content)
