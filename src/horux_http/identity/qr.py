import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """A QR code as SVG, for the page itself: no style or script in it, dark on light whatever the theme."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", title="Código QR"))  # noqa: S704
