"""The texts of a report: how much they may hold, and the figures that they name.

«Se hizo el {ejecución total} del plan»: the snapshot prints the figure in place of its name, so that a text can never
contradict it. The longest texts that are allowed are rendered in well under a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from display.text import paragraphs
from records.texts import Longest, no_endless_word
from reports import documents, sections
from reports.sections import Text

SECTION = 20_000  # characters of a text, or of a list; some six pages
MOST_PARAGRAPHS = 200  # of a text, or points of a list: each costs as much as a page of words


def check(texts: dict[str, str | list[str]]) -> None:
    """Raises ValidationError with the sentences of each text (the fields of facts.Narrative) that is too much."""
    errors = {name: found for name, text in texts.items() if (found := list(_faults(text)))}
    if errors:
        raise ValidationError(errors)


def _faults(text: str | list[str]) -> Iterable[ValidationError]:
    parts = text if isinstance(text, list) else paragraphs(text)
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


def asked(kind: str) -> dict[str, Text]:
    """The texts that the sections of a kind of report ask for, by name, in their order."""
    chosen = (sections.known()[slug] for slug in documents.known()[kind].sections)
    return {text.name: text for section in chosen for text in section.texts}


TOKEN = re.compile(r"\{([^{}\n]{1,80})\}")


def listed(narrative: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """What is written of a report's texts, trimmed; a list without its empty points."""
    trimmed = {
        name: [point.strip() for point in text if point.strip()] if isinstance(text, list) else (text or "").strip()
        for name, text in narrative.items()
    }
    return {name: text for name, text in trimmed.items() if text}


def with_figures(text: str | list[str], figures: Mapping[str, str]) -> str | list[str]:
    """The text with each {name} replaced by its figure; a name that is none stays as it was typed."""
    if isinstance(text, list):
        return [with_figures(point, figures) for point in text]
    return TOKEN.sub(lambda match: figures.get(" ".join(match[1].split()).lower(), match[0]), text)


def unknown_figures(texts: Iterable[str | list[str]], figures: Mapping[str, str]) -> list[str]:
    """The names between braces that are no figure of the report, as they were typed."""
    lines = [line for text in texts for line in (text if isinstance(text, list) else [text])]
    names = [match[1] for line in lines for match in TOKEN.finditer(line)]
    return [name for name in dict.fromkeys(names) if " ".join(name.split()).lower() not in figures]
