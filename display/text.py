"""Texts written by people: normalised, enumerated, split in paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Choices
from django.utils.translation import gettext as _

from display.figures import NO_BREAK

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """Lower case, no accents, only words, one space between them: «Atención  a la Niñez.» → «atencion a la ninez»."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter))))


def labels(choices: type[Choices]) -> dict[str, str]:
    """The words of each choice, looked up once for many rows; "" has none."""
    return {"": "", **{value: str(label) for value, label in choices.choices}}


def hexadecimal(fingerprint: str) -> str:
    """A fingerprint in groups of four, as people compare it: "7f3a 91c2"."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def enumeration(items: Iterable[str]) -> str:
    """ "a, b y c"."""
    *most, last = items
    return _("%(most)s y %(last)s") % {"most": ", ".join(most), "last": last} if most else last


def tied(text: str) -> str:
    """A line must not end in "de" nor hold a short last word alone: each sticks to its neighbour ("Bogotá, D.C.")."""
    text = re.sub(r"\b(de|del|la|las|el|los|y|e|o|a|al|en|con|por) (?=\w)", rf"\1{NO_BREAK}", text)
    return re.sub(r" (\S{1,5})$", rf"{NO_BREAK}\1", text)


def paragraphs(text: str) -> list[str]:
    """A space that does not break stays: figures stand in texts with theirs."""
    parts = (re.sub(r"[ \t\n\r\f\v]+", " ", part).strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class Unit:
    """The word for what a plan counts: espacio, espacios."""

    one: str
    many: str

    def of(self, number: int) -> str:
        return self.one if number == 1 else self.many
