"""XML read as it streams by, never as a tree: a huge part costs time, not memory, and a DTD is refused."""

from __future__ import annotations

from typing import IO
from xml.sax import ContentHandler

from defusedxml import sax

from plans.importing.grid import Builder


class Handler(ContentHandler):
    """Calls `opened(name, attributes)` and `closed(name)` with names without their prefix; `text` is what stands
    between, kept only while `listening`."""

    longest = 100_000  # characters of one cell; no spreadsheet allows more

    def __init__(self, builder: Builder) -> None:
        super().__init__()
        self.builder = builder
        self.listening = False
        self._text: list[str] = []
        self._length = 0

    def startElement(self, name, attrs):
        self.builder.count_element()
        self.opened(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def endElement(self, name):
        self.closed(name.rpartition(":")[2])

    def characters(self, content):
        if self.listening:
            self._length += len(content)
            if self._length <= self.longest:
                self._text.append(content)

    def taken(self) -> str:
        """The text heard so far, and start again."""
        text = "".join(self._text)
        self._text, self._length = [], 0
        return text

    def opened(self, name: str, attributes: dict[str, str]) -> None: ...

    def closed(self, name: str) -> None: ...


def parse(stream: IO[bytes], handler: ContentHandler) -> None:
    """Send `stream` through `handler`; raises SAXException when it is not well formed, DefusedXmlException at a DTD."""
    sax.parse(stream, handler, forbid_dtd=True, forbid_entities=True, forbid_external=True)
