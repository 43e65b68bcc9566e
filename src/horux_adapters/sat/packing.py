"""The stored form of an XML: zstd, which takes a third of the time and a sixth of the room of the plain bytes."""

import threading

import zstandard

from horux_adapters.sat.encoding import MAX_BYTES

_NIVEL = 3
# zstandard's objects may serve many calls, but only one thread at a time.
_del_hilo = threading.local()


class PackedXmlDamaged(Exception):
    """What is stored is not a packed XML, or unpacks to more than a CFDI can weigh."""


def pack(content: bytes) -> bytes:
    """The bytes compressed, their length in the frame."""
    compresor: zstandard.ZstdCompressor | None = getattr(_del_hilo, "compresor", None)
    if compresor is None:
        compresor = _del_hilo.compresor = zstandard.ZstdCompressor(level=_NIVEL, write_content_size=True)
    return compresor.compress(content)


def unpack(packed: bytes) -> bytes:
    """The bytes `pack` was given. Raises PackedXmlDamaged before taking more than 20 MiB of memory."""
    descompresor: zstandard.ZstdDecompressor | None = getattr(_del_hilo, "descompresor", None)
    if descompresor is None:
        descompresor = _del_hilo.descompresor = zstandard.ZstdDecompressor()
    try:
        largo = zstandard.frame_content_size(packed)
        if not 0 <= largo <= MAX_BYTES:
            raise PackedXmlDamaged("El XML guardado no declara su tamaño o pasa del límite.")
        return descompresor.decompress(packed, max_output_size=MAX_BYTES)
    except zstandard.ZstdError as error:
        raise PackedXmlDamaged("El XML guardado está dañado.") from error
