"""Links to files say of which company they are: from an old page nobody gets another's without a word.

A link to a file has `data-file`, and not `download`, with which a browser would not show why it was refused.
"""

import re
from typing import Any

from litestar import Request

_FIELD = "mesa"
_OTHERS = r'(?: [\w-]+(?:="[^"]*")?)*?'
_LINK = re.compile(rf'(<a{_OTHERS} href=")(/[^"#]*)("{_OTHERS} data-file[ >])')


def marked(page: str, mark: str) -> str:
    """The page with the mark in the address of every file."""
    return _LINK.sub(lambda found: found[1] + _with(found[2], mark) + found[3], page)


def asked(request: Request[Any, Any, Any]) -> str:
    """The mark in the address; an empty one is as good as none."""
    return request.query_params.get(_FIELD, "")


def _with(address: str, mark: str) -> str:
    return f"{address}{'&amp;' if '?' in address else '?'}{_FIELD}={mark}"
