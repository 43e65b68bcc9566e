"""Where a page sends to is of this site and in letters that a header takes, whatever it is made of."""

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from horux_http.browser.going import away, away_whole, local

HERE = "http://aqui.example/a/b?c"
PARTS = st.lists(
    st.one_of(st.text(max_size=4), st.sampled_from(["/", "\\", "\t", "\r\n", "//", "http:", "@", "?", "#", "ñ€"]))
)


@given(PARTS.map("".join))
def test_it_leads_nowhere_else(path: str) -> None:
    found = local(path)
    assert found.isascii()
    assert found.isprintable()
    assert not set(found) & set(' \\"<>')
    assert found.startswith("/")
    assert not found.startswith("//")
    to = urlsplit(urljoin(HERE, found))
    assert (to.scheme, to.netloc) == ("http", "aqui.example")
    assert local(found) == found


@given(st.text(alphabet="abcñ€Ñ/ ", max_size=20))
def test_it_says_the_same(path: str) -> None:
    assert unquote(local("/" + path.lstrip("/"))) == "/" + path.lstrip("/")


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "/x\r\nSet-Cookie: a=b",
    ],
)
def test_evil_is_inside(evil: str) -> None:
    for answer, name in ((away(evil), "location"), (away_whole(evil), "hx-redirect")):
        to = {key.lower(): value for key, value in answer.headers.items()}[name]
        assert urlsplit(urljoin(HERE, to)).netloc == "aqui.example"
        assert not {"\r", "\n", "\t", "\\"} & set(to)
