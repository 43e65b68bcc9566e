"""The files that pages draw themselves with: our own, and the script that comes in a package."""

import gzip
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

_OWN = Path(__file__).parent.parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Asset:
    kind: str
    content: bytes
    packed: bytes
    version: str

    @classmethod
    def of(cls, path: Path) -> "_Asset":
        content = path.read_bytes()
        return cls(_KINDS[path.suffix], content, gzip.compress(content, mtime=0), sha256(content).hexdigest()[:12])


def _htmx() -> Path:
    # Found and not imported: of that package only this file is wanted.
    spec = find_spec("django_htmx")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "static" / "django_htmx" / "htmx-2.min.js"


ASSETS = {
    **{path.name: _Asset.of(path) for path in sorted(_OWN.iterdir()) if path.suffix in _KINDS},
    "htmx.js": _Asset.of(_htmx()),
}


def address(name: str) -> str:
    """Where a file is, with its version: it may be kept for good. Raises KeyError for one that is not there."""
    return f"/static/{name}?v={ASSETS[name].version}"


@get("/static/{name:str}", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def static_file(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
    asset = ASSETS.get(name)
    if asset is None:
        raise NotFoundException
    headers = {
        "Vary": "Accept-Encoding",
        "Cache-Control": _A_YEAR if request.query_params.get("v") == asset.version else "no-cache",
    }
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(asset.packed if packed else asset.content, media_type=asset.kind, headers=headers)
