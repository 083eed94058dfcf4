"""What those who came say of the spaces: their ratings, the themes of what they wrote, and what may be quoted.

Fewer than five answers are never told (activities/surveys/perception.py), and months neither: those with fewer are told
together, when they reach five, so that the report of a year less those of its months tells nothing that these did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Opinion, Session
from activities.surveys import perception, tables
from activities.surveys.perception import LEAST, Tally
from display import figures
from display.datasets import Dataset, of_rows
from display.dates import month_end
from reports.remarks import Remark, at_section
from reports.scope import Scope
from reports.sections import Section, Text
from reports.sections.perception.view import suggestions, view


@dataclass(frozen=True, slots=True)
class Counted:
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Rating:
    question: str
    answers: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A block. The shares are of its answers; None where they are not told."""

    name: str
    n: int
    rate: Fraction | None  # answers for each person who came
    useful: Fraction | None
    clear: Fraction | None
    again: Fraction | None


@dataclass(frozen=True, slots=True)
class Written:
    """The opinions on an open question; themes and quotes of five or more."""

    question: str
    n: int
    grouped: int  # of them, those with a theme
    themes: tuple[Counted, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    n: int  # answers; 0 when they are too few to tell
    spaces: int  # that they are of
    people: int  # who came to those spaces of which it is known
    of_people: int  # answers of these
    left_out: int  # answers of months with so few that they are not told
    ratings: tuple[Rating, ...]
    blocks: tuple[Place, ...]  # in a report of the whole plan
    written: tuple[Written, ...]


def collect(scope: Scope) -> Facts:
    sessions, left_out = _told(_of_period(scope))
    if sessions is None:
        return Facts(0, 0, 0, 0, left_out, (), (), ())
    found = perception.of_sessions(scope.activities, sessions)
    total = found.total
    if not total.is_shown:
        return Facts(0, 0, 0, 0, left_out + total.n, (), (), ())
    return Facts(
        n=total.n,
        spaces=total.spaces,
        people=total.people,
        of_people=total.of_people,
        left_out=left_out,
        ratings=tuple(
            Rating(question, tuple(Counted(*answer) for answer in answers))
            for question, answers in tables.ratings_of(total)
        ),
        blocks=tuple(_place(block.name, block.tally) for block in found.blocks) if scope.whole else (),
        written=tuple(
            Written(
                each.question,
                each.n,
                each.grouped,
                tuple(Counted(*theme) for theme in each.themes),
                tuple(" ".join(quote.split()) for quote in each.quotes),
            )
            for each in perception.written(perception.opinions_of(sessions))
        ),
    )


def _of_period(scope: Scope) -> QuerySet[Session]:
    """By the day on which they were held, else are planned."""
    days = scope.sessions.in_force(scope.cutoff).annotate(day=Coalesce("held_on", "planned_on"))
    return days.filter(day__range=(scope.first, scope.until))


def _told(sessions: QuerySet[Session]) -> tuple[QuerySet[Session] | None, int]:
    """Those of months that are told, None when no month is, and how many answers the others have."""
    months = Counter()
    answered = sessions.filter(responses__isnull=False).order_by()
    for day, n in answered.values_list("day").annotate(n=Count("responses")):
        months[day.replace(day=1)] += n
    few = {first: n for first, n in months.items() if n < LEAST}
    left_out = sum(few.values())
    if left_out >= LEAST:
        return sessions, 0
    if len(few) == len(months):
        return None, left_out
    for first in few:
        sessions = sessions.exclude(day__range=(first, month_end(first)))
    return sessions, left_out


def _place(name: str, tally: Tally) -> Place:
    good = ("a_lot", "enough")
    shares = (tally.share("usefulness", *good), tally.share("clarity", *good), tally.share("would_return", "yes"))
    return Place(name, tally.n, tally.rate, *shares)


def checks(facts: Facts, scope: Scope) -> Iterable[Remark]:
    if waiting := sum(each.n - each.grouped for each in facts.written):
        text = ngettext(
            "%(n)s opinión de quienes asistieron no tiene tema, y no sale en el cuadro de temas.",
            "%(n)s opiniones de quienes asistieron no tienen tema, y no salen en el cuadro de temas.",
            waiting,
        )
        yield Remark(text % {"n": figures.whole(waiting)}, at_section("percepcion"))


def datasets(facts: Facts) -> list[Dataset]:
    rated = [(rating.question, answer) for rating in facts.ratings for answer in rating.answers]
    themes = [(each, theme) for each in facts.written for theme in each.themes]
    names = {str(value): str(label) for value, label in Opinion.Question.choices}
    return [
        of_rows(
            "evaluacion",
            _("Lo que respondieron quienes asistieron"),
            rated,
            (
                (lambda row: row[0], "pregunta", ""),
                (lambda row: row[1].name, "respuesta", ""),
                (lambda row: row[1].n, "personas", _("De cinco respuestas en adelante.")),
            ),
        ),
        of_rows(
            "temas-de-opiniones",
            _("De qué hablan quienes asistieron"),
            themes,
            (
                (lambda row: names[row[0].question], "pregunta", ""),
                (lambda row: row[1].name, "tema", ""),
                (lambda row: row[1].n, "opiniones", _("No se suman: una puede hablar de varios temas.")),
            ),
        ),
    ]


def tokens(facts: Facts) -> dict[str, str]:
    return {"respuestas de la evaluación": figures.whole(facts.n)} if facts.n else {}


SECTION = Section(
    slug="percepcion",
    title=gettext_lazy("Qué opinan quienes asistieron"),
    facts=Facts,
    collect=collect,
    view=view,
    suggest=suggestions,
    tokens=tokens,
    checks=checks,
    datasets=datasets,
    is_present=lambda facts, texts: bool(facts.n or texts.get("perception")),
    texts=(
        Text(
            "perception",
            gettext_lazy("Lo que opinan y lo que se hará con ello"),
            gettext_lazy("Qué dice la evaluación de los espacios, y qué cambia la entidad por lo que le dijeron."),
            is_optional=True,
        ),
    ),
)
