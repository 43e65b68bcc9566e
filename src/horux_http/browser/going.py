from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response

DESK_HEADER = "x-desk"
"""By which a script of ours says what was looked at in the page it asks from."""
_KEPT = "/?#[]@!$&'()*+,;=:%~"


def local(path: str) -> str:
    """An address of this very site, in the letters that a header takes, whatever the path says."""
    return "/" + quote(path, safe=_KEPT, errors="replace").lstrip("/")


def scripted(request: Request[Any, Any, Any]) -> bool:
    """Whether a script of ours asks, which goes by itself to where it is sent."""
    return "hx-request" in request.headers or DESK_HEADER in request.headers


def away(path: str) -> Response[bytes]:
    """To another page of this site, which is asked for by GET."""
    return Response(b"", status_code=303, media_type=MediaType.HTML, headers={"Location": local(path)})


def away_whole(path: str) -> Response[bytes]:
    """The same for a script that asked for a piece of a page: all of it goes."""
    return Response(b"", status_code=204, media_type=MediaType.HTML, headers={"HX-Redirect": local(path)})
