"""Evaluations as tables, the same on pages and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from django.utils.translation import gettext as _

from activities.models import SurveyResponse
from activities.surveys.perception import LEAST, Block, Space, Tally
from display import figures
from display.tables import Cell, Column, Kind, Table

Ratings = Iterable[tuple[str, Iterable[tuple[str, int]]]]  # of each question, how many gave each answer


def reserved() -> str:
    return _("reservado")


def about_reserved() -> str:
    text = _("Reservado: son menos de %(n)s respuestas, o se podrían deducir de las otras cifras.")
    return text % {"n": figures.words(LEAST)}


def about_shares() -> str:
    return _("Útil y clara: quienes dijeron «mucho» o «bastante». Volverían: quienes dijeron «sí».")


def notes_of(*, withheld: bool) -> tuple[str, ...]:
    return (about_shares(), about_reserved()) if withheld else (about_shares(),)


def ratings_of(tally: Tally) -> Ratings:
    """In the words of the form."""
    for name in SurveyResponse.RATINGS:
        field = SurveyResponse._meta.get_field(name)
        yield str(field.verbose_name), [(str(label), tally.ratings[name][value]) for value, label in field.choices]


def rating_table(ratings: Ratings, n: int) -> Table:
    """`n` answered each of the questions, which head their answers."""
    rows: list[tuple[object, ...]] = []
    for question, answers in ratings:
        rows.append((Cell(question, span=3),))
        rows += [(label, count, Cell(Fraction(count, n), share=Fraction(count, n))) for label, count in answers]
    columns = (Column(_("Respuesta")), Column(_("Personas"), Kind.COUNT), Column(_("Parte"), Kind.PERCENT, strong=True))
    return Table(_("Cómo evaluaron los espacios"), columns, tuple(rows))


def place_table(title: str, first: str, rows: Iterable[tuple[Cell, Tally]]) -> Table:
    """How blocks or spaces were evaluated, a line each; `first` heads what they are."""
    rows = list(rows)
    return Table(
        title,
        (
            Column(first),
            Column(_("Respuestas"), Kind.COUNT),
            Column(_("De los que asistieron"), Kind.PERCENT),
            Column(_("Les fue útil"), Kind.PERCENT),
            Column(_("Fue clara"), Kind.PERCENT),
            Column(_("Volverían"), Kind.PERCENT),
        ),
        tuple((cell, tally.n, _rate(tally), *_shares(tally)) for cell, tally in rows),
        notes=notes_of(withheld=any(not tally.is_shown for _cell, tally in rows)),
    )


def block_rows(blocks: Iterable[Block]) -> Iterable[tuple[Cell, Tally]]:
    return ((Cell(block.name), block.tally) for block in blocks)


def space_rows(spaces: Iterable[Space]) -> Iterable[tuple[Cell, Tally]]:
    return (
        (Cell(str(space.session.activity), aside=space.day, key=str(space.session.pk)), space.tally) for space in spaces
    )


def _rate(tally: Tally) -> object:
    return figures.DASH if tally.rate is None else tally.rate


def _shares(tally: Tally) -> Iterable[object]:
    """Degrees answer two questions and a plain yes the third."""
    for name in SurveyResponse.RATINGS:
        good = ("yes",) if name == "would_return" else ("a_lot", "enough")
        share = tally.share(name, *good)
        yield reserved() if share is None else share
