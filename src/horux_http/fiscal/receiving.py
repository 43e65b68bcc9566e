"""Bodies with files, taken in as they arrive: multipart, JSON, ZIP or XML become one file after the other.

Nothing of a large body stays in memory, and no call here waits for a disk on the event loop.
"""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import msgspec
from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.exceptions import InternalServerException
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)

from horux_core.fiscal.cfdi.limites import MAX_FILES, MAX_JSON, MIB
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadEmpty, UploadMalformed, UploadTooLarge

_PIECE = MIB
"""Bytes gathered before a thread writes them."""

_FIELDS = frozenset({"files", "file", "xml", "archivo", "archivos"})
"""Names of form fields that are files although they bring no file name."""

_FIELD_ROOM = 1_000
"""Other fields a form may bring besides its files."""

_DECLARED = re.compile(r"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_SINGLE_BYTE = frozenset({"iso-8859-1", "latin-1", "windows-1252", "us-ascii"})

XML = frozenset({"application/xml", "text/xml"})
ZIP = frozenset({"application/zip", "application/x-zip-compressed"})
ANY = frozenset({"application/octet-stream"})
FORM = "multipart/form-data"
JSON = "application/json"

AnyRequest = Request[Any, Any, Any]


class Sink(Protocol):
    """Takes the files of a body, one after the other."""

    def begin(self, name: str) -> None: ...

    def write(self, chunk: bytes) -> None: ...


class OneXml(msgspec.Struct):
    """A CFDI as text."""

    xml: str


async def receive(request: AnyRequest, sink: Sink, limit: int, json: Callable[[bytes], list[OneXml]]) -> None:
    """Pass each file of the body to the sink.

    Raises UploadTooLarge beyond `limit` bytes (a JSON: 20 MiB), TooManyFiles, UploadEmpty, or UploadMalformed for a
    body that is cut off or of a kind that is not taken.
    """
    kind, options = request.content_type
    pieces = _Pieces(sink)
    if kind == FORM:
        await _form(_body(request, limit), options.get("boundary", ""), pieces)
    elif kind == JSON:
        await _json(_body(request, min(limit, MAX_JSON)), json, pieces)
    elif kind in XML | ZIP | ANY:
        pieces.begin("carga.zip" if kind in ZIP else "cfdi.xml" if kind in XML else "archivo")
        async for chunk in _body(request, limit):
            await pieces.write(chunk)
    else:
        raise UploadMalformed("Envía los archivos como application/xml, application/zip, multipart/form-data o JSON.")
    await pieces.end()


def encoded(xml: str) -> bytes:
    """The bytes of a CFDI that came as text: in the encoding it declares, so that they are those that were sealed."""
    declared = _DECLARED.match(xml)
    encoding = declared.group(1).lower() if declared else "utf-8"
    if encoding in _SINGLE_BYTE:
        try:
            return xml.encode(encoding)
        except UnicodeEncodeError:
            return xml.encode("utf-8", "surrogatepass")
    return xml.encode("utf-8", "surrogatepass")


class _Pieces:
    """Gathers what small files bring, so that a thread is asked once per megabyte."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting: list[str | bytes] = []
        self._bytes = 0
        self._files = 0

    def begin(self, name: str) -> None:
        """Raises TooManyFiles."""
        self._files += 1
        if self._files > MAX_FILES:
            raise TooManyFiles
        self._waiting.append(name)

    async def write(self, chunk: bytes) -> None:
        self._waiting.append(chunk)
        self._bytes += len(chunk)
        if self._bytes >= _PIECE:
            await self._pass_on()

    async def end(self) -> None:
        """Raises UploadEmpty."""
        if not self._files:
            raise UploadEmpty
        await self._pass_on()

    async def _pass_on(self) -> None:
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        await sync_to_thread(self._write, waiting)

    def _write(self, waiting: list[str | bytes]) -> None:
        for each in waiting:
            if isinstance(each, str):
                self._sink.begin(each)
            else:
                self._sink.write(each)


async def _body(request: AnyRequest, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises UploadTooLarge, at once when its length is announced, and UploadMalformed."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > limit:
        raise UploadTooLarge(limit)
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                raise UploadTooLarge(limit)
            if chunk:
                yield chunk
    except InternalServerException as error:
        raise UploadMalformed("La carga se cortó antes de terminar. Envíala de nuevo.") from error


async def _json(body: AsyncIterator[bytes], read: Callable[[bytes], list[OneXml]], pieces: _Pieces) -> None:
    content = bytearray()
    async for chunk in body:
        content += chunk
    try:
        documents = await sync_to_thread(read, bytes(content))
    except msgspec.MsgspecError as error:
        raise UploadMalformed('El JSON no tiene la forma esperada: cada CFDI va como {"xml": "..."}.') from error
    except UnicodeDecodeError as error:
        raise UploadMalformed("El JSON no está en UTF-8. Envíalo de nuevo en UTF-8.") from error
    for number, document in enumerate(documents, 1):
        pieces.begin(f"{number}.xml")
        await pieces.write(encoded(document.xml))


async def _form(body: AsyncIterator[bytes], boundary: str, pieces: _Pieces) -> None:
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MAX_FILES + _FIELD_ROOM)
        form = _Form(pieces)
        async for chunk in body:
            for event in parser.parse(chunk):
                await form.take(event)
        parser.close()
    except ParserLimitReached as error:
        if "segment" in str(error).lower():
            raise TooManyFiles from error
        raise UploadMalformed(
            "Un encabezado del formulario es demasiado largo. Acorta el nombre del archivo."
        ) from error
    except MultipartError as error:
        raise UploadMalformed("El formulario está incompleto o mal formado. Envía de nuevo los archivos.") from error


class _Form:
    """The parts of a form: those that are files go on, the others are passed over."""

    def __init__(self, pieces: _Pieces) -> None:
        self._pieces = pieces
        self._wanted = False

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            # A browser sends a file field that was left empty with an empty name.
            self._wanted = bool(event.filename) or (event.filename is None and event.name in _FIELDS)
            if self._wanted:
                self._pieces.begin(event.filename or f"{event.name}.xml")
        elif event and self._wanted:
            await self._pieces.write(bytes(event))
