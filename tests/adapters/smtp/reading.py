"""What the reader of a mail's HTML sees, and what it is built of."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The page's tags in order, where its links and pictures lead, and its words in one line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._hidden = False
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        return " ".join("".join(self._words).split())

    @property
    def addresses(self) -> set[str]:
        return {value for name, value in self.attributes if name in ("href", "src", "action", "background")}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "title")
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag in ("br", "td", "th", "p", "h1", "div"):
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)
