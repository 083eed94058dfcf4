"""What people answered about the spaces of a plan, counted, and what of it may be shown.

Nothing is shown of fewer than `LEAST` answers, nor what would let anybody take them out of two figures that are: of the
parts of a whole that is shown (blocks of a plan, spaces of a block), those that are not shown have together nothing or
`LEAST` answers at least; and a part that is not shown has no part that is. How many answered is no secret.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from activities.figures import BlockKey
from activities.models import Activity, Opinion, Session, SurveyResponse
from activities.progress import places_of
from activities.surveys.link import day_of
from display.dates import when
from plans.models import Plan

LEAST = 5


class Said(NamedTuple):
    """Answers of a space that say the same."""

    usefulness: str
    clarity: str
    would_return: str
    n: int


@dataclass(slots=True)
class Tally:
    """Answers of some spaces. Only what `is_shown` may be told of what they say."""

    n: int = 0
    spaces: int = 0
    ratings: dict[str, Counter] = field(default_factory=lambda: {name: Counter() for name in SurveyResponse.RATINGS})
    people: int = 0  # who came to those spaces of which it is known
    of_people: int = 0  # answers of those spaces
    is_shown: bool = False

    def add(self, said: Iterable[Said], people: int | None) -> None:
        n = 0
        for row in said:
            n += row.n
            for name in SurveyResponse.RATINGS:
                self.ratings[name][getattr(row, name)] += row.n
        self.n += n
        self.spaces += 1
        if people:
            self.people += people
            self.of_people += n

    @property
    def rate(self) -> Fraction | None:
        """Answers for each person who came; None when nobody counted them, or fewer than answered."""
        return Fraction(self.of_people, self.people) if 0 < self.of_people <= self.people else None

    def share(self, name: str, *values: str) -> Fraction | None:
        """Of the answers, those that say one of `values`; None when it is not told."""
        if not self.is_shown:
            return None
        return Fraction(sum(self.ratings[name][value] for value in values), self.n)


@dataclass(frozen=True, slots=True)
class Space:
    session: Session  # with its activity
    tally: Tally

    @property
    def day(self) -> str:
        return when(*day_of(self.session))


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    tally: Tally
    spaces: list[Space]


@dataclass(frozen=True, slots=True)
class Perception:
    total: Tally
    blocks: tuple[Block, ...]  # in the plan's order; only those with answers

    @property
    def spaces(self) -> list[Space]:
        return [space for block in self.blocks for space in block.spaces]

    def of(self, session: Session) -> Tally:
        return next((space.tally for space in self.spaces if space.session.pk == session.pk), Tally())

    @property
    def told(self) -> set[int]:
        """The spaces of which an answer may be said to be: those that are shown."""
        return {space.session.pk for space in self.spaces if space.tally.is_shown}


def show(parts: Iterable[Tally]) -> None:
    """Marks, of the parts of a whole that is shown, those that may be shown beside it."""
    parts = sorted(parts, key=lambda part: part.n)
    hidden = sum(part.n for part in parts if part.n < LEAST)
    for part in parts:
        if part.n < LEAST:
            continue
        if 0 < hidden < LEAST:  # the smallest goes with them
            hidden += part.n
        else:
            part.is_shown = True


def of_sessions(activities: QuerySet[Activity], sessions: QuerySet[Session]) -> Perception:
    """Of those of `sessions` that have answers, in the blocks of `activities`: three statements."""
    answers = SurveyResponse.objects.filter(session__in=sessions.order_by().values("pk")).order_by()
    said, total = defaultdict(list), Tally()
    for pk, *row in answers.values_list("session", *SurveyResponse.RATINGS).annotate(n=Count("pk")):
        said[pk].append(Said(*row))
    if not said:
        return Perception(total, ())
    spaces: dict[int, list[Space]] = defaultdict(list)
    answered = sessions.filter(pk__in=answers.values("session")).select_related("activity")
    for session in answered.order_by("planned_on", "pk"):
        spaces[session.activity_id].append(Space(session, Tally()))
    blocks: dict[BlockKey, Block] = {}
    for pk, place in places_of(activities.filter(pk__in=spaces)).items():
        block = blocks.setdefault(place.block, Block(place.name, Tally(), []))
        block.spaces.extend(spaces[pk])
        for space in spaces[pk]:
            for tally in (space.tally, block.tally, total):
                tally.add(said[space.session.pk], space.session.attendance_total)
    total.is_shown = total.n >= LEAST
    if total.is_shown:
        show(block.tally for block in blocks.values())
    for block in blocks.values():
        if block.tally.is_shown:
            show(space.tally for space in block.spaces)
    return Perception(total, tuple(blocks.values()))


def of_plan(plan: Plan) -> Perception:
    return of_sessions(plan.activities.all(), Session.objects.filter(activity__plan=plan))


# --- What they wrote --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """What some answers say to an open question. Its themes and quotes are told from `LEAST` opinions on."""

    question: str
    n: int  # opinions
    grouped: int  # of them, those with a theme
    themes: tuple[tuple[str, int], ...]  # by how many opinions name them; one may name several
    quotes: tuple[str, ...]


def opinions_of(sessions: QuerySet[Session]) -> QuerySet[Opinion]:
    return Opinion.objects.filter(response__session__in=sessions.order_by().values("pk"))


def written(opinions: QuerySet[Opinion]) -> list[Written]:
    """By question: three statements."""
    opinions = opinions.order_by()
    counts = {
        question: row
        for question, *row in opinions.values_list("question").annotate(
            n=Count("pk", distinct=True), grouped=Count("pk", filter=Q(themes__isnull=False), distinct=True)
        )
    }
    themes, quotes = defaultdict(list), defaultdict(list)
    named = opinions.filter(themes__isnull=False).values_list("question", "themes__name").annotate(n=Count("pk"))
    for question, name, n in named:
        themes[question].append((name, n))
    for question, text in opinions.filter(is_quotable=True).order_by("pk").values_list("question", "text"):
        quotes[question].append(text)
    return [
        Written(
            question,
            *counts[question],
            tuple(sorted(themes[question], key=lambda theme: (-theme[1], theme[0]))) if enough else (),
            tuple(quotes[question]) if enough else (),
        )
        for question in Opinion.Question.values
        if question in counts
        for enough in [counts[question][0] >= LEAST]
    ]
