"""How much a report's texts may hold: the longest that are allowed are rendered in well under a minute."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from display.text import paragraphs
from records.texts import Longest, no_endless_word

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
