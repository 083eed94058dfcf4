"""A space that was held, with everything that its session holds; what is unknown is absent, in facts and on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Protocol

import msgspec
from django.db.models import Q, QuerySet
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.counting import PERCENTAGE
from activities.models import Activity, Attendance, Session
from commitments.standing import due_at, made, promised_for
from display import dates, figures
from display.datasets import Dataset, Field, of_rows, word
from display.dates import Precision
from display.text import Unit, enumeration, labels, normalise
from reports import photographs
from reports.photographs import Photograph
from reports.scope import Scope


class Group(msgspec.Struct, frozen=True, gc=False):
    name: str
    people: int | None  # None: they came and nobody counted them apart


class Promise(msgspec.Struct, frozen=True, gc=False):
    code: str
    text: str
    due_on: date  # in force at the cut-off
    promised_for: date | None = None  # the one that was told first, when it is another


class Space(msgspec.Struct, frozen=True, gc=False):
    """Its texts are paragraphs, without the marks of lists."""

    activity: str
    block: str  # "" outside the plan
    held_on: date
    precision: str  # "day" or "month"
    hour: time | None
    planned_on: date
    planned: int  # units; 0: it was not programmed
    units: int  # executed; 0 of a measuring date of a percentage target, which is no space
    modality: str
    place: str
    locality: str
    people: int | None
    source: str  # of the count
    note: str  # who came, in words
    groups: tuple[Group, ...]
    questions: int | None
    comments: int | None
    topics: tuple[str, ...]
    contributions: tuple[str, ...]
    results: tuple[str, ...]
    incidence: str
    summary: tuple[str, ...]
    promises: tuple[Promise, ...]
    photographs: tuple[Photograph, ...] = ()  # absent in the reports published before they were printed

    @property
    def speaks(self) -> bool:
        """Whether it holds words that a line of a table has no room for."""
        return any(
            (self.topics, self.contributions, self.results, self.incidence, self.summary, self.promises),
        )


def collect(scope: Scope, sessions: QuerySet[Session]) -> dict[int, Space]:
    """Each of the sessions, which are held, by its pk, in the order of their days: five queries."""
    groups, promises = defaultdict(list), defaultdict(list)
    attendances = Attendance.objects.filter(session__in=sessions.order_by().values("pk"))
    for pk, name, people in attendances.order_by("group__name").values_list("session", "group__name", "people"):
        groups[pk].append(Group(name, people))
    commitments = scope.commitments.filter(made(scope.cutoff), session__in=sessions.order_by().values("pk"))
    due = commitments.annotate(due_then=due_at(scope.cutoff), told=promised_for()).order_by("due_then", "pk")
    for pk, *promise, due_on, told in due.values_list("session", "code", "text", "due_then", "told"):
        promises[pk].append(Promise(*promise, due_on, told if told != due_on else None))
    blocks = {pk: activity.block for pk, activity in scope.progress.activities.items()}
    modality_words, incidence_words = labels(Activity.Modality), labels(Activity.Incidence)
    of_plan = scope.activities.values_list("pk", "number", "name", "target_kind")
    activities = {  # each once: joined, they would come with every session
        pk: (f"{number} {name}".strip(), blocks.get(pk, ""), kind == Activity.TargetKind.PERCENTAGE)
        for pk, number, name, kind in of_plan
    }
    pictures, spaces = photographs.of(sessions.filter(photographs.WORDS)), {}
    for row in sessions.order_by("held_on", "hour", "activity__order", "pk").values_list(*FIELDS):
        pk, activity, modality, executed, incidence, topics, contributions, results, summary, *told = row
        held_on, precision, hour, planned_on, planned, place, locality, people, source, note, questions, comments = told
        name, block, is_percentage = activities[activity]
        # By position: seventy thousand of them by their names take a third longer.
        spaces[pk] = Space(
            *(name, block, held_on, precision, hour, planned_on, planned),
            *(0 if is_percentage else executed or 0, modality_words[modality]),
            *(place, locality, people, source, note, tuple(groups.get(pk, ())), questions, comments),
            *(_lines(topics), _lines(contributions), _lines(results), incidence_words[incidence], _lines(summary)),
            tuple(promises.get(pk, ())),
            pictures.get(pk, ())[: photographs.IN_A_SHEET],
        )
    return spaces


def pictures(spaces: Iterable[Space]) -> Iterable[str]:
    return (photograph.file for space in spaces for photograph in space.photographs)


FIELDS = (
    *("pk", "activity", "modality", "executed_units", "achieved_incidence"),
    *("topics", "contributions", "results", "summary"),
    *("held_on", "held_precision", "hour", "planned_on", "planned_units"),
    *("place", "locality", "attendance_total", "attendance_source", "attendance_note", "questions", "comments"),
)


# Of a percentage target, only the dates that hold something to read.
WORTH_TELLING = ~PERCENTAGE | ~Q(topics="", contributions="", results="", summary="", attendance_total=None)


def _lines(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    # A word processor leaves its bullets, tabs and odd spaces.
    lines = (" ".join(line.split()).lstrip("•·▪◦●– ").removeprefix("- ") for line in text.splitlines())
    return tuple(line for line in lines if line)


# --- In words ---------------------------------------------------------------------------------------------------------


class Placed(Protocol):
    modality: str
    place: str
    locality: str


def where(item: Placed) -> str:
    """ "Presencial · Salón comunal, vereda El Placer"."""
    return " · ".join(filter(None, (item.modality, ", ".join(filter(None, (item.place, item.locality))))))


def at(on: date, precision: str, hour: time | None, *, unset: str = "") -> str:
    """ "12 oct 2026, 09:00"; `unset`: instead of the month when only that is known."""
    day = (unset or dates.month(on)) if precision == Precision.MONTH else dates.short_day(on)
    return f"{day}, {formats.time_format(hour)}" if hour else day


def count(space: Space, *, sourced: bool = True) -> str:
    """ "58 personas (listado de asistencia)"; "" when nobody counted them."""
    if space.people is None:
        return ""
    text = ngettext("%(n)s persona", "%(n)s personas", space.people) % {"n": figures.whole(space.people)}
    return f"{text} ({lowered(space.source)})" if space.source and sourced else text


def groups(space: Space) -> str:
    """ "Juntas: 30; Mujeres: sin contar aparte. Ciudadanía y expertos": from most to fewest, never added up."""
    # A group without a count that the words name already is not said twice.
    told = normalise(space.note)
    most_first = sorted(space.groups, key=lambda group: -(group.people or 0))
    named = "; ".join(
        _group(group) for group in most_first if group.people is not None or normalise(group.name) not in told
    )
    note = "" if told in (normalise(group.name) for group in space.groups if group.people is not None) else space.note
    return ". ".join(filter(None, (named, note.strip().rstrip("."))))


def _group(group: Group) -> str:
    count = _("sin contar aparte") if group.people is None else figures.whole(group.people)
    return f"{group.name}: {count}"


def voices(space: Space) -> str:
    """ "12 preguntas y 3 comentarios"."""
    parts = []
    if space.questions is not None:
        parts.append(
            ngettext("%(n)s pregunta", "%(n)s preguntas", space.questions) % {"n": figures.whole(space.questions)}
        )
    if space.comments is not None:
        parts.append(
            ngettext("%(n)s comentario", "%(n)s comentarios", space.comments) % {"n": figures.whole(space.comments)}
        )
    return enumeration(parts) if parts else ""


def lowered(text: str) -> str:
    """Its first letter small, unless the word is an acronym."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


# --- Sheets -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A space as a small block: when and where, who came, and its words by what they are."""

    head: str
    short: tuple[tuple[str, str], ...]  # label, text: they follow one another in a paragraph
    long: tuple[tuple[str, tuple[str, ...]], ...]  # label, paragraphs
    photographs: tuple[Photograph, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """Those of an activity; what all of them say alike is said once, beside its name."""

    activity: str
    shared: tuple[tuple[str, str], ...]
    each: tuple[Sheet, ...]


def source_of(spaces: Iterable[Space]) -> str:
    """Where every count of people comes from; "" when they have none or several."""
    sources = {space.source for space in spaces if space.people is not None}
    return sources.pop() if len(sources) == 1 else ""


def sheet(space: Space, unit: Unit, *, sourced: bool = True) -> Sheet:
    """`sourced`: it says where its count of people comes from."""
    when = dates.when(space.held_on, space.precision)
    if space.hour:
        when = f"{when}, {formats.time_format(space.hour)}"
    if space.units > 1:
        when = f"{when} · {figures.whole(space.units)} {unit.of(space.units)}"
    parts = (
        (_("Quiénes"), tuple(filter(None, (". ".join(filter(None, (count(space, sourced=sourced), groups(space)))),)))),
        (_("Participación"), tuple(filter(None, (voices(space),)))),
        (_("Temas"), space.topics),
        (_("Resumen"), space.summary),
        (_("Aportes"), space.contributions),
        (_("Resultados"), space.results),
        (_("Incidencia lograda"), tuple(filter(None, (space.incidence,)))),
        (_("Compromisos"), tuple(_promise(promise) for promise in space.promises)),
    )
    head = " · ".join(filter(None, (capfirst(when), where(space))))
    return Sheet(
        head,
        short=tuple((label, ended(texts[0])) for label, texts in parts if len(texts) == 1),
        long=tuple((label, texts) for label, texts in parts if len(texts) > 1),
        photographs=space.photographs,
    )


def ended(text: str) -> str:
    """With a full stop, unless it has one of its own."""
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def _promise(promise: Promise) -> str:
    values = {"text": " ".join(promise.text.split()).rstrip("."), "day": dates.short_day(promise.due_on)}
    text = _("%(text)s (plazo: %(day)s)") % values
    if promise.promised_for:
        values["first"] = dates.short_day(promise.promised_for)
        text = _("%(text)s (plazo: %(day)s; se prometió para el %(first)s)") % values
    return f"{promise.code}. {text}" if promise.code else text


def sheets(spaces: Iterable[Space], unit: Unit, *, sourced: bool = True) -> list[tuple[str, list[Sheets]]]:
    """The sheets of each activity of each block, in the order in which they come."""
    blocks: dict[str, dict[str, list[Sheet]]] = {}
    for space in spaces:
        found = sheet(space, unit, sourced=sourced)
        blocks.setdefault(space.block, {}).setdefault(space.activity, []).append(found)
    return [(block, [_of_activity(*each) for each in activities.items()]) for block, activities in blocks.items()]


def _of_activity(activity: str, found: Sequence[Sheet]) -> Sheets:
    shared = tuple(part for part in found[0].short if all(part in each.short for each in found[1:]))
    if len(found) == 1 or not shared:
        return Sheets(activity, (), tuple(found))
    apart = (replace(each, short=tuple(part for part in each.short if part not in shared)) for each in found)
    return Sheets(activity, shared, tuple(apart))


# --- As data ----------------------------------------------------------------------------------------------------------


def datasets(name: str, title: str, spaces: Sequence[Space]) -> list[Dataset]:
    """The spaces, and the groups that came to each."""
    fields = (
        ("n", "espacio", _("Lugar en esta lista, desde 1.")),
        ("activity", "actividad", ""),
        ("block", "estrategia_o_dependencia", ""),
        ("held_on", "realizado_el", ""),
        (word("precision", Precision), "precision", _("Si se sabe el día o solo el mes.")),
        ("hour", "hora", ""),
        ("planned_on", "programado_para", ""),
        ("planned", "programado", _("Cuánto cuenta. 0: no estaba en el plan.")),
        ("units", "ejecutado", _("Cuánto se hizo. 0: es la medición de una meta en porcentaje.")),
        ("modality", "modalidad", ""),
        ("place", "lugar", ""),
        ("locality", "localidad", ""),
        ("people", "personas", _("Vacío: nadie las contó. No se suman: una misma pudo ir a varios espacios.")),
        ("source", "fuente_del_conteo", ""),
        ("note", "quienes", ""),
        ("questions", "preguntas", ""),
        ("comments", "comentarios", ""),
        ("topics", "temas", ""),
        ("contributions", "aportes", ""),
        ("results", "resultados", ""),
        ("incidence", "incidencia_lograda", ""),
        ("summary", "resumen", ""),
    )
    came = [(at, group.name, group.people) for at, space in enumerate(spaces, 1) for group in space.groups]
    groups = (
        Field("espacio", _("Lugar del espacio en la lista «%(name)s».") % {"name": name}),
        Field("grupo", ""),
        Field("personas", _("Vacío: vinieron y nadie los contó aparte.")),
    )
    return [
        of_rows(name, title, spaces, fields),
        Dataset(f"{name}-grupos", _("%(title)s: quiénes vinieron, por grupo") % {"title": title}, groups, came),
    ]
