from litestar import MediaType, Response


def away(path: str) -> Response[bytes]:
    """To another page of this site, which is asked for by GET."""
    return Response(b"", status_code=303, media_type=MediaType.HTML, headers={"Location": path})


def away_whole(path: str) -> Response[bytes]:
    """The same for a script that asked for a piece of a page: all of it goes."""
    return Response(b"", status_code=204, media_type=MediaType.HTML, headers={"HX-Redirect": path})
