"""What makes the engine quick and changes nothing of what it writes (docs/benchmarks.md)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# In words of eight bytes: a piece of 1 MiB, half of it for the calls underneath.
ROOM = 70_000


def with_room(function: Callable) -> Callable:
    """Python 3.11 keeps the frames of calls in pieces of 16 KiB, asks the system for one when a call crosses the end of
    the last, and gives it back when the call returns: in one layout a hundred thousand times, up to a tenth of it, as
    the depth happens to fall. A frame that says it needs more has a piece of its own, with room for all under it."""
    function.__code__ = function.__code__.replace(co_stacksize=ROOM)
    return function


@contextmanager
def references_once() -> Iterator[None]:
    """Each tag asks the engine's PDF (pydyf 0.13) for the references of all pages, which it writes anew: of a report of
    176 pages a fifth of the time. Here they are written when a page is added. The bytes are the same."""
    from pydyf import PDF

    engines_own = PDF.page_references

    def page_references(pdf: PDF) -> tuple[bytes, ...]:
        count = pdf.pages["Count"]
        if getattr(pdf, "counted", None) != count:
            pdf.counted, pdf.references = count, engines_own.fget(pdf)
        return pdf.references

    PDF.page_references = property(page_references)
    try:
        yield
    finally:
        PDF.page_references = engines_own
