"""The texts of a report: how much they may hold, and the figures that they name.

«Se hizo el {ejecución total} del plan»: the snapshot prints the figure in place of its name, so that a text can never
contradict it. The longest texts that are allowed are rendered in well under a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from display.figures import NO_BREAK
from display.text import normalise, paragraphs
from records.texts import Longest, no_endless_word
from reports import outline
from reports.models import Report
from reports.sections import Text

SECTION = 20_000  # characters of a text, or of a list; some six pages
MOST_PARAGRAPHS = 200  # of a text, or points of a list: each costs as much as a page of words


def check(texts: dict[str, str | list[str]]) -> None:
    """Raises ValidationError with the sentences of each text that is too much."""
    errors = {name: found for name, text in texts.items() if (found := list(_faults(text)))}
    if errors:
        raise ValidationError(errors)


def _faults(text: str | list[str]) -> Iterable[ValidationError]:
    parts = text if isinstance(text, list) else paragraphs(_paragraphs(text))
    if len(parts) > MOST_PARAGRAPHS:
        yield ValidationError(
            _("Son %(found)s párrafos y caben %(limit)s: reúna los que van juntos."),
            params={"found": len(parts), "limit": MOST_PARAGRAPHS},
        )
    whole = "\n".join(text) if isinstance(text, list) else text
    for validate in (Longest(SECTION), no_endless_word):
        try:
            validate(whole)
        except ValidationError as error:
            yield error


def asked(report: Report, *, every: bool = False) -> dict[str, Text]:
    """The texts that the sections of a draft ask for, by name, in their order; `every`: also those of the sections that
    its entity does not include, which keep theirs."""
    chosen = outline.every(report) if every else outline.of(report)
    return {text.name: text for section in chosen for text in section.texts}


# What word processors leave in a pasted text: bullets (Wingdings' too), breaks of their own, hyphens that are not seen.
BULLET = re.compile(r"[ \t]*(?:[•◦▪▫●○■□‣⁃·–—*-][ \t\u00a0]+|[\uf0a7\uf0b7\uf0d8\uf0fc][ \t\u00a0]*|o\t)")
NUMBER = re.compile(r"[ \t]*(\d{1,3})[.)][ \t\u00a0]+")
BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNSEEN = re.compile(r"[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
PERCENT = re.compile(r"(?<=\d)[ \u00a0\u202f]?%(?!\w)")  # not the "%20" of an address
SPACES = re.compile(r"[ \t]+")  # a space that does not break stays
ENDS = tuple(".:;!?»”")


def listed(narrative: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """What is written of a report's texts as it prints: without what a word processor left in it, nor empty points."""
    tidied = {
        name: _points("\n".join(text)) if isinstance(text, list) else _paragraphs(text or "")
        for name, text in narrative.items()
    }
    return {name: text for name, text in tidied.items() if text}


def point(text: str) -> str:
    """A point of a list as it prints: one paragraph, without the bullet that it was pasted with."""
    return " ".join(_points(text))


def _clean(text: str) -> str:
    return PERCENT.sub(f"{NO_BREAK}%", UNSEEN.sub("", BREAK.sub("\n", text)))


def _points(text: str) -> list[str]:
    """A point per line, without its bullet, nor its number when it is that of its place: the pages number them."""
    points: list[str] = []
    for line in _clean(text).split("\n"):
        line = BULLET.sub("", line, count=1) if BULLET.match(line) else line
        number = NUMBER.match(line)
        if number and int(number[1]) == len(points) + 1:
            line = line[number.end() :]
        if line := SPACES.sub(" ", line).strip():
            points.append(line)
    return points


def _paragraphs(text: str) -> str:
    """Its paragraphs with an empty line between: a pasted one ends with its line, and so does each line of a list."""
    parts: list[str] = []
    goes_on = False
    for line in _clean(text).split("\n"):
        bullet = BULLET.match(line)
        words = SPACES.sub(" ", line[bullet.end() :] if bullet else line).strip()
        if not words:
            goes_on = False
            continue
        if bullet:
            parts.append(f"–{NO_BREAK}{words}")
        elif goes_on:
            parts[-1] += f" {words}"
        else:
            parts.append(words)
        goes_on = not words.endswith(ENDS)
    return "\n\n".join(parts)


TOKEN = re.compile(r"\{([^{}\n]{1,80})\}")


def with_figures(text: str | list[str], figures: Mapping[str, str]) -> str | list[str]:
    """The text with each {name} replaced by its figure; a name that is none stays as it was typed."""
    if isinstance(text, list):
        return [with_figures(point, figures) for point in text]
    return TOKEN.sub(lambda match: figures.get(named(match[1]), match[0]), text)


def unknown_figures(texts: Iterable[str | list[str]], figures: Mapping[str, str]) -> dict[str, list[str]]:
    """The names between braces that are no figure of the report, as they were typed, each with the nearest that are."""
    lines = [line for text in texts for line in (text if isinstance(text, list) else [text])]
    names = dict.fromkeys(match[1] for line in lines for match in TOKEN.finditer(line))
    plain = {normalise(name): name for name in figures}
    return {
        name: [plain[near] for near in get_close_matches(normalise(name), plain, n=3, cutoff=0.55)]
        for name in names
        if named(name) not in figures
    }


def named(typed: str) -> str:
    return " ".join(typed.split()).lower()
