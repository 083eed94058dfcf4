"""XML read as it streams by, never as a tree: a huge part costs time, not memory, and a DTD is refused."""

from __future__ import annotations

from typing import IO
from xml.sax import ContentHandler

from defusedxml import sax

from matrices.workbook.grid import Builder


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
        self._depth = 0

    def startElement(self, name, attrs):
        self._depth += 1
        self.builder.count_element(self._depth)
        self.opened(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def endElement(self, name):
        self._depth -= 1
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


class _Watched:
    """A stream whose bytes are counted as they are read."""

    def __init__(self, stream: IO[bytes], builder: Builder) -> None:
        self.stream, self.builder = stream, builder

    def read(self, size: int) -> bytes:
        block = self.stream.read(size)
        self.builder.count_bytes(len(block))
        return block

    def close(self) -> None:
        self.stream.close()


def parse(stream: IO[bytes], handler: Handler) -> None:
    """Send `stream` through `handler`; raises SAXException when it is not well formed, DefusedXmlException at a DTD."""
    sax.parse(_Watched(stream, handler.builder), handler, forbid_dtd=True, forbid_entities=True, forbid_external=True)
