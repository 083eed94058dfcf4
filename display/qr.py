"""Addresses for a telephone's camera."""

import segno
from django.utils.safestring import SafeString


def drawing(address: str, title: str) -> SafeString:
    """As SVG, which takes the size of its box; `title` says it to who does not see it."""
    # Half of a symbol may be lost from level H; M is enough for paper, with modules large enough for a telephone.
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, title=title, border=2)
    return SafeString(drawn.replace("<svg ", '<svg role="img" ', 1))
