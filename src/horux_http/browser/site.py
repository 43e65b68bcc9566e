"""Every page of the product behind one door: who looks is known by its cookie, and what fails is a page too."""

from collections.abc import Sequence

from litestar import Router
from litestar.types import ControllerRouterHandler

from horux_http.browser.assets import static_file
from horux_http.browser.credential import PAGE
from horux_http.browser.entering import LOOKER
from horux_http.browser.failing import ON_PAGES
from horux_http.browser.forms import FORM
from horux_http.browser.frame import FRAME
from horux_http.browser.visiting import VISIT, VISITOR_FORM


def site(controllers: Sequence[ControllerRouterHandler]) -> Router:
    return Router(
        "/",
        route_handlers=[static_file, *controllers],
        dependencies={
            "actor": LOOKER, "frame": FRAME, "form": FORM, "visit": VISIT, "visitor_form": VISITOR_FORM,
        },
        exception_handlers=ON_PAGES,
        include_in_schema=False,
        opt={PAGE: True},
    )  # fmt: skip
