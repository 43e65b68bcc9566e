"""Bodies with files, taken in as they arrive: multipart, JSON, ZIP or XML become one file after the other.

Nothing of a large body stays in memory, and no call here waits for a disk on the event loop.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from litestar import Request
from litestar.concurrency import sync_to_thread
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
)

from horux_core.fiscal.cfdi.limites import MAX_BODY, MAX_FILES, MAX_JSON
from horux_core.fiscal.cfdi.ports import ReadingRoom, Spool, SpoolRef
from horux_core.fiscal.cfdi.spooling import shortened
from horux_core.fiscal.cfdi.upload_errors import TooManyFiles, UploadEmpty, UploadMalformed, UploadTooLarge
from horux_core.identity.model import Actor
from horux_core.kernel.ids import JobId, TenantId
from horux_http.browser.forgery import FIELD as PROOF
from horux_http.fiscal.holding import OneFile
from horux_http.fiscal.json_documents import several
from horux_http.problems import Told
from horux_http.reading import BodyCutOff

_PIECE = 256 * 1024
"""Bytes gathered before a thread writes them: every sender holds as much memory."""

_NAME_WEIGHT = 512
"""What a name counts for among them."""

_LETTER = 4
"""Bytes that each byte of a JSON may take as text."""

_LONGEST = 18
"""Digits of a length that may still be one."""

_TAKEN = "Envía los archivos como application/xml, application/zip, multipart/form-data o JSON en UTF-8."

_FIELDS = frozenset({"files", "file", "xml", "archivo", "archivos"})
"""Names of form fields that are files although they bring no file name."""

_FIELD_ROOM = 1_000
"""Other fields a form may bring besides its files."""

_FIELD_BYTES = 1_024
"""Of a field that is wanted beside the file; what it says is judged by who wants it."""

_DECLARED = re.compile(r"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_SINGLE_BYTE = frozenset({"iso-8859-1", "latin-1", "windows-1252", "us-ascii"})

XML = frozenset({"application/xml", "text/xml"})
ZIP = frozenset({"application/zip", "application/x-zip-compressed"})
ANY = frozenset({"application/octet-stream"})
FORM = "multipart/form-data"
JSON = "application/json"

AnyRequest = Request[Any, Any, Any]
Taken = TypeVar("Taken")


Documents = Callable[[bytes], Iterator[str]]
"""Takes a JSON apart, one document after the other. Raises UploadMalformed, UploadEmpty."""


class Sink(Protocol):
    """Takes the files of a body, one after the other."""

    def begin(self, name: str) -> None: ...

    def write(self, chunk: bytes) -> None: ...


async def spooled(
    request: AnyRequest,
    spool: Spool,
    room: ReadingRoom,
    tenant: TenantId,
    still: Callable[[], Actor],
    take: Callable[[Actor, SpoolRef], Taken],
) -> Taken:
    """What `take` makes of a body of many files once it has come whole.

    Whoever sent it is asked for again (`still`) before the files are kept: what a right that ended meanwhile sent
    leaves nothing behind. Raises what `receive`, `still` and the spool do.
    """
    writer = await sync_to_thread(spool.create, tenant, JobId(uuid4()))
    text = OneFile(spool, room, tenant)
    try:
        await receive(request, writer, MAX_BODY, text, several)
        return await sync_to_thread(lambda: take(still(), writer.commit()))
    finally:
        # Also when the sender hung up: then nothing may be awaited any more, and unlinking does not wait.
        writer.discard()
        text.discard()


async def receive(request: AnyRequest, sink: Sink, limit: int, text: OneFile, documents: Documents) -> None:
    """Pass each file of the body to the sink; a JSON waits whole in `text` until it is taken apart.

    Raises UploadTooLarge beyond `limit` bytes (a JSON: 20 MiB), TooManyFiles, UploadEmpty, or UploadMalformed for a
    body that is cut off or not of its form; HTTPException: 415 for a kind that is not taken.
    """
    kind, options = request.content_type
    if kind == JSON and options.get("charset", "utf-8").lower() in ("utf-8", "utf8"):
        await _json(_body(request, min(limit, MAX_JSON)), text, sink, documents)
        return
    pieces = _Pieces(sink)
    if kind == FORM:
        await _form(_body(request, limit), options.get("boundary", ""), pieces)
    elif kind in XML | ZIP | ANY:
        await pieces.begin("carga.zip" if kind in ZIP else "cfdi.xml" if kind in XML else "archivo")
        async for chunk in _body(request, limit):
            await pieces.write(chunk)
    else:
        raise Told(415, _TAKEN)
    await pieces.end()


Prove = Callable[[str], None]
"""Asks whether a form is ours, by the proof it brings. Raises FormForged."""


async def receive_form(
    request: AnyRequest,
    sink: Sink,
    limit: int,
    prove: Prove | None = None,
    fields: Mapping[str, bytearray] | None = None,
) -> None:
    """Pass the files of a form to the sink; each of `fields` gets what the form brings under its name, cut short.

    With `prove` it must be one of ours, whose proof stands in a header or before the files: none is taken until it
    was asked for. Raises what `receive` does, and what `prove` does.
    """
    kind, options = request.content_type
    if kind != FORM:
        if prove is not None:
            prove("")
        raise Told(415, "Envía el archivo como multipart/form-data.")
    pieces = _Pieces(sink)
    await _form(_body(request, limit), options.get("boundary", ""), pieces, fields, prove)
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
    """Gathers what small files bring, so that a thread is asked only now and then."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting: list[str | bytes] = []
        self._weight = 0
        self._files = 0

    async def begin(self, name: str) -> None:
        """Raises TooManyFiles."""
        self._files += 1
        if self._files > MAX_FILES:
            raise TooManyFiles
        await self._gather(shortened(name), _NAME_WEIGHT)

    async def write(self, chunk: bytes) -> None:
        await self._gather(chunk, len(chunk))

    async def end(self) -> None:
        """Raises UploadEmpty."""
        if not self._files:
            raise UploadEmpty
        await self._pass_on()

    async def _gather(self, each: str | bytes, weight: int) -> None:
        self._waiting.append(each)
        self._weight += weight
        if self._weight >= _PIECE:
            await self._pass_on()

    async def _pass_on(self) -> None:
        waiting, self._waiting, self._weight = self._waiting, [], 0
        await sync_to_thread(self._write, waiting)

    def _write(self, waiting: list[str | bytes]) -> None:
        for each in waiting:
            if isinstance(each, str):
                self._sink.begin(each)
            else:
                self._sink.write(each)


async def _body(request: AnyRequest, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises UploadTooLarge, at once when its length is announced, and UploadMalformed."""
    announced = request.headers.get("content-length", "").strip().lstrip("0")
    if announced.isascii() and announced.isdigit() and (len(announced) > _LONGEST or int(announced) > limit):
        raise UploadTooLarge(limit)
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                raise UploadTooLarge(limit)
            if chunk:
                yield chunk
    except BodyCutOff as error:
        raise UploadMalformed("La carga se cortó antes de terminar. Envíala de nuevo.") from error


async def _json(body: AsyncIterator[bytes], text: OneFile, sink: Sink, documents: Documents) -> None:
    pieces = _Pieces(text)
    await pieces.begin("")
    async for chunk in body:
        await pieces.write(chunk)
    await pieces.end()

    def take_apart(body: bytes) -> None:
        for number, document in enumerate(documents(body), 1):
            if number > MAX_FILES:
                raise TooManyFiles
            sink.begin(f"{number}.xml")
            sink.write(encoded(document))

    await sync_to_thread(text.read, take_apart, _LETTER)


async def _form(
    body: AsyncIterator[bytes],
    boundary: str,
    pieces: _Pieces,
    fields: Mapping[str, bytearray] | None = None,
    prove: Prove | None = None,
) -> None:
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MAX_FILES + _FIELD_ROOM)
        form = _Form(pieces, fields or {}, prove)
        async for chunk in body:
            for event in parser.parse(chunk):
                await form.take(event)
        parser.close()
        form.end()
    except ParserLimitReached as error:
        if "segment" in str(error).lower():
            raise TooManyFiles from error
        raise UploadMalformed(
            "Un encabezado del formulario es demasiado largo. Acorta el nombre del archivo."
        ) from error
    except MultipartError as error:
        raise UploadMalformed("El formulario está incompleto o mal formado. Envía de nuevo los archivos.") from error


class _Form:
    """The parts of a form: those that are files go on, the others are passed over unless they are wanted."""

    def __init__(self, pieces: _Pieces, fields: Mapping[str, bytearray], prove: Prove | None) -> None:
        self._pieces = pieces
        self._proof = bytearray()
        self._fields = {**fields, PROOF: self._proof}
        self._field: bytearray | None = None
        self._wanted = False
        self._prove = prove

    def end(self) -> None:
        """Raises what `prove` does, when it was not asked yet."""
        if self._prove is not None:
            self._prove(self._proof.decode("ascii", "replace"))
            self._prove = None

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            # A browser sends a file field that was left empty with an empty name.
            self._wanted = bool(event.filename) or (event.filename is None and event.name in _FIELDS)
            self._field = None if event.filename else self._fields.get(event.name)
            if self._wanted:
                self.end()
                await self._pieces.begin(event.filename or f"{event.name}.xml")
        elif event and self._wanted:
            await self._pieces.write(bytes(event))
        elif event and self._field is not None:
            self._field += event[: max(_FIELD_BYTES - len(self._field), 0)]
