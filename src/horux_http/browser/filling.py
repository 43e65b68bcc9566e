"""Pages that take long on many documents: the page comes at once, and its content when it is worked out.

Without script, a link asks for the whole of it. Few documents are worked out before they would be missed.
"""

from litestar import Response

from horux_http.browser.frame import Frame
from horux_http.browser.going import scripted

MANY = 5_000
"""Documents stored, from which on it would be missed."""
_WHOLE = "completo"


def first(frame: Frame, title: str) -> Response[str] | None:
    """What is shown meanwhile; None when the content itself is due: to the script, to who asked for it, or of few."""
    asked = frame.request.query_params
    if frame.desk is None or frame.desk.cfdis < MANY or asked.get(_WHOLE) or scripted(frame.request):
        return None
    query = frame.request.url.query
    whole = f"{frame.path}?{f'{query}&' if query else ''}{_WHOLE}=si"
    return frame.page("fiscal/llenando.html", title=title, whole=whole)
