"""What a text means in a cell of a plan: names of its phases, dependencies and groups, goals, dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Dependency
from activities.grid.columns import BY_KEY
from activities.models import Activity
from display.dates import Precision
from display.text import normalise
from display.written_dates import BadDate, Span, read_dates
from matrices.reading.cells import goal_of
from matrices.reading.names import Lexicon, Likeness, is_every_group, is_everyone, is_too_long, names_of
from matrices.reading.vocabulary import incidences_of
from matrices.workbook.grid import Cell
from plans.models import CyclePhase, Plan, StakeholderGroup

Day = tuple[date, str]  # and its precision
KINDS = ("phase", "lead", "groups")  # the columns of names
LONGEST = 5_000  # characters of a cell of names
MOST_AT_ONCE = 400  # of dates that are read together: «3, 10 y 17 de marzo»


class Unread(ValidationError):
    """A text that its cell cannot hold: a sentence."""


class Unknown(Unread):
    """A name that nobody has: `kind` is its column, `near` the names that are most like it, best first."""

    def __init__(self, kind: str, name: str, near: list[str]):
        sentence = _("«%(name)s» no está entre las de este plan.") if kind == "phase" else None
        sentence = sentence or (
            _("«%(name)s» no es una dependencia de esta entidad.")
            if kind == "lead"
            else _("«%(name)s» no es un grupo de esta entidad.")
        )
        sentence %= {"name": name}
        if near:
            sentence += " " + _("¿Quiso decir «%(name)s»?") % {"name": near[0]}
        super().__init__(sentence)
        self.kind, self.name, self.near = kind, name, near


class Lead(NamedTuple):
    """Who answers: the first that a cell names leads, the others support; or all."""

    lead: int | None
    support: tuple[int, ...] = ()
    of_all: bool = False


class Goal(NamedTuple):
    value: Decimal | None
    is_percentage: bool = False
    unit: str = ""


@dataclass
class Catalogue:
    """The names that a plan may use, and what a person answered about others: {(column, name): row or None}."""

    plan: Plan
    phases: dict[int, CyclePhase]
    dependencies: dict[int, Dependency]  # of the entity, also those that end before the plan begins
    groups: dict[int, StakeholderGroup]
    offered: frozenset[int]  # the dependencies that exist during the plan
    answers: dict[tuple[str, str], models.Model | None] = field(default_factory=dict)

    def __post_init__(self):
        self.span = Span(self.plan.starts_on, self.plan.ends_on)
        self.known = {
            "phase": {name: phase for phase in self.phases.values() for name in (phase.name, str(phase))},
            "lead": names_of(row for pk, row in self.dependencies.items() if pk in self.offered),
            "groups": names_of(row for row in self.groups.values() if row.active),
        }
        self.lexicons = {
            kind: Lexicon(known, is_set=is_every_group if kind == "groups" else is_everyone)
            for kind, known in self.known.items()
        }
        self.likeness = {kind: Likeness(known) for kind, known in self.known.items()}

    def near(self, kind: str, name: str, n: int = 5) -> list[models.Model]:
        found = [self.known[kind][near] for near in self.likeness[kind].nearest(name, n)]
        return list(dict.fromkeys(found))

    def closest(self, kind: str, name: str) -> models.Model | None:
        """The one whose name differs by no more than a slip."""
        near = self.likeness[kind].closest(normalise(name))
        return self.known[kind][near] if near else None

    def read(self, key: str, text: str) -> Any:
        """The value of a cell. Raises Unread, or Unknown for a name."""
        text = plain(text)
        match key:
            case "phase":
                return self._phase(text)
            case "lead":
                return self._lead(text)
            case "groups":
                return tuple(row.pk for _name, row in self._named("groups", text) if row)
            case "target_value":
                return _goal(text)
            case "spaces":
                return self._days(text)
            case "target_kind" | "incidence_level":
                return _choice(key, text)
            case "indicator":
                return _field(key, text)
        return _field(key, " ".join(text.split()))

    def _phase(self, text: str) -> int | None:
        if not text or normalise(text) == normalise(_("Sin fase")):
            return None
        if ("phase", normalise(text)) in self.answers:
            row = self.answers["phase", normalise(text)]
            return row and row.pk
        for name, phase in self.known["phase"].items():
            if normalise(name) == normalise(text) or text == str(phase.number):
                return phase.pk
        raise self._unknown("phase", text)

    def _lead(self, text: str) -> Lead:
        named = self._named("lead", text)
        if any(row is None and is_everyone(name) for name, row in named):
            return Lead(None, of_all=True)
        lead, *support = [row.pk for _name, row in named if row] or [None]
        return Lead(lead, tuple(dict.fromkeys(support)))

    def _named(self, kind: str, text: str) -> list[tuple[str, models.Model | None]]:
        if len(text) > LONGEST:
            raise Unread(_("El texto es demasiado largo para ser una lista de nombres."))
        found = []
        for name, row in self.lexicons[kind].split(text):
            if row is None and (kind, normalise(name)) in self.answers:
                row = self.answers[kind, normalise(name)]
                name = row.name if row else ""
            elif row is None and kind == "groups" and is_every_group(name):
                raise Unread(_("«%(words)s» es un conjunto: escriba cuáles grupos son.") % {"words": name})
            elif row is None and not is_everyone(name):
                raise self._unknown(kind, name)
            found.append((name, row))
        return found

    def _unknown(self, kind: str, name: str) -> Unread:
        if is_too_long(name) or len(name) > 200:
            return Unread(_("«%(name)s…» es demasiado largo para ser un nombre.") % {"name": name[:60]})
        return Unknown(kind, name, [str(row) for row in self.near(kind, name, 3)])

    def _days(self, text: str) -> frozenset[Day]:
        if not text:
            return frozenset()
        found = []
        for piece in [text] if len(text) < MOST_AT_ONCE else filter(str.strip, text.split(";")):
            try:
                dates, doubt = read_dates(piece, self.span)
            except BadDate as error:
                raise Unread(str(error)) from error
            if doubt:
                raise Unread(_("Escriba cada mes o cada fecha, separados por punto y coma."))
            found += dates
        return frozenset((one.on, Precision(one.precision).value) for one in found)


def of_plan(plan: Plan) -> Catalogue:
    """Four statements."""
    return Catalogue(
        plan,
        {phase.pk: phase for phase in plan.phases.all()},
        {row.pk: row for row in Dependency.objects.filter(entity=plan.entity_id)},
        {row.pk: row for row in StakeholderGroup.objects.filter(entity=plan.entity_id)},
        frozenset(plan.offered_dependencies(()).values_list("pk", flat=True)),
    )


def plain(text: str) -> str:
    """As text, whatever it was copied from: line breaks are "\\n", and what no cell holds is left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\xa0", " ")
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t").strip()


def _field(key: str, text: str) -> str:
    if not text and key == "name":
        raise Unread(_("Una actividad tiene nombre."))
    try:
        return Activity._meta.get_field(key).clean(text, None)
    except ValidationError as error:
        raise Unread(" ".join(error.messages)) from error


def _goal(text: str) -> Goal:
    if not text:
        return Goal(None)
    goal = goal_of(Cell(text))
    if goal is None:
        raise Unread(_("«%(text)s» no es una cantidad: escriba 12, 80 %% o 4 encuentros.") % {"text": text[:60]})
    try:
        value = Activity._meta.get_field("target_value").clean(goal.value, None)
        unit = Activity._meta.get_field("unit").clean(goal.words, None)
    except ValidationError as error:
        raise Unread(" ".join(error.messages)) from error
    return Goal(value, goal.kind == "percentage", unit)


def _choice(key: str, text: str) -> str:
    choices = BY_KEY[key].choices
    for value, label in choices.choices:
        if normalise(text) in (normalise(str(label)), value):
            return value
    if not text:
        return ""
    if key == "incidence_level" and len(found := incidences_of(text)) == 1:
        return found[0]
    raise Unread(
        _("«%(text)s» no es una de las opciones: %(options)s.")
        % {"text": text[:60], "options": "; ".join(map(str, choices.labels))}
    )
