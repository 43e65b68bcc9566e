"""What the handlers of pages are given, by the names that `wiring` provides them under."""

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from horux_http.browser.forms import Form
from horux_http.browser.frame import Frame

Framed = NamedDependency[SkipValidation[Frame]]
Sent = NamedDependency[SkipValidation[Form]]
