"""The public list: its rows, the total in a sentence, and the same rows as a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Entity
from commitments import carried
from commitments.balance import Counts
from commitments.models import CitizenAnswer, Commitment, FollowUp
from commitments.standing import Standing, made, stands
from commitments.states import State
from display import figures
from display.dates import Precision
from matrices.workbook.neutral import neutral
from plans.models import Plan

OPEN = (Standing.OVERDUE, Standing.OPEN)  # in the order of the list
AT_ONCE = 1_000  # rows of a file that are in memory together


def of_entity(entity: Entity, today: date) -> QuerySet[Commitment]:
    """The promises of its public plans, those that a later one carried on among them. What is late comes first."""
    late_first = Case(*(When(stands(each, today), then=n) for n, each in enumerate(OPEN)), default=len(OPEN))
    rows = Commitment.objects.filter(made(today), plan__entity=entity, plan__state__in=Plan.PUBLIC)
    return rows.order_by(late_first, "due_on", "pk")


# --- The total --------------------------------------------------------------------------------------------------------


def total(counts: Counts) -> str:
    """ "De 9 que vencían hasta hoy se cumplieron 6: 66,7 %." """
    if not counts.due:
        return _("Hasta hoy no vencía ninguno.") if counts.made else ""
    due = ngettext("De %(n)s que vencía hasta hoy", "De %(n)s que vencían hasta hoy", counts.due)
    kept = ngettext("se cumplió %(n)s", "se cumplieron %(n)s", counts.fulfilled_due)
    return _("%(due)s %(kept)s: %(percent)s.") % {
        "due": due % {"n": figures.whole(counts.due)},
        "kept": kept % {"n": figures.whole(counts.fulfilled_due)}
        if counts.fulfilled_due
        else _("no se cumplió ninguno"),
        "percent": figures.percent(counts.fulfilment),
    }


def parts(counts: Counts) -> list[tuple[Standing, str, int]]:
    """(standing, its words, how many), which add up to all of them; what seldom happens is told where there is some."""
    found = [
        (Standing.FULFILLED, ngettext("cumplido", "cumplidos", counts.fulfilled), counts.fulfilled),
        (Standing.OVERDUE, ngettext("vencido", "vencidos", counts.overdue), counts.overdue),
        (Standing.OPEN, ngettext("en plazo", "en plazo", counts.open), counts.open),
        (Standing.CLOSED, ngettext("cerrado sin cumplir", "cerrados sin cumplir", counts.closed), counts.closed),
        (Standing.UNDATED, ngettext("cerrado, sin fecha", "cerrados, sin fecha", counts.undated), counts.undated),
    ]
    return [part for part in found if part[2] or part[0] != Standing.UNDATED]


# --- The file ---------------------------------------------------------------------------------------------------------


def file_rows(entity: Entity, commitments: QuerySet[Commitment], today: date) -> Iterator[list[str]]:
    """The heading and a line for each, as texts that no spreadsheet program runs; days as 2026-04-30."""
    yield [
        _("compromiso"),
        _("código"),
        _("plan"),
        _("instancia o espacio"),
        _("con quiénes"),
        _("responsables"),
        _("adquirido el"),
        _("plazo"),
        _("plazo que se dijo primero"),
        _("a hoy"),
        _("estado"),
        _("avance en %"),
        _("cerrado el"),
        _("cerrado a más tardar el"),
        _("verificado con la ciudadanía el"),
        _("motivo"),
        _("dicen que sí se cumplió"),
        _("dicen que no se cumplió"),
        _("sin respuesta de la entidad"),
        _("página"),
    ]
    some: list[Commitment] = []
    for commitment in commitments.select_related("plan").prefetch_related("extensions").iterator(AT_ONCE):
        some.append(commitment)
        if len(some) == AT_ONCE:
            yield from _written(entity, some, today)
            some = []
    yield from _written(entity, some, today)


def _written(entity: Entity, commitments: list[Commitment], today: date) -> Iterator[list[str]]:
    """What belongs to each is read of all at once, as plain values: rows of thousands would take as many seconds."""
    pks = [commitment.pk for commitment in commitments]
    groups = _names("groups", "stakeholdergroup", pks)
    responsible = _names("responsible", "dependency", pks)
    steps = FollowUp.objects.filter(commitment__in=pks).order_by("on", "pk")
    progress = dict(steps.values_list("commitment", "progress"))  # the last stays
    said: Counter[tuple[int, str]] = Counter()
    of = carried.lines_of(pks)
    answers = CitizenAnswer.objects.filter(commitment__in=of)
    for pk, kind, replied_on in answers.values_list("commitment", "kind", "replied_on"):
        pk = of[pk]
        said[pk, kind] += 1
        said[pk, "open"] += kind == CitizenAnswer.Kind.DISPUTES and replied_on is None
    standings, states = ({each: str(each.label) for each in words} for words in (Standing, State))
    everybody = _("Todas las dependencias")
    for commitment in commitments:
        row = commitment.at(today)
        values = [
            commitment.text,
            commitment.code,
            commitment.plan.title,
            commitment.instance,
            "; ".join(groups[commitment.pk]),
            "; ".join([everybody] * commitment.all_dependencies + responsible[commitment.pk]),
            made_on(commitment),
            row.due_on,
            row.promised_for,
            standings[row.standing],
            states[commitment.state],
            progress.get(commitment.pk, ""),
            commitment.closed_on or "",
            commitment.closed_until or "",
            commitment.verified_on or "",
            commitment.reason,
            said[commitment.pk, CitizenAnswer.Kind.CONFIRMS],
            said[commitment.pk, CitizenAnswer.Kind.DISPUTES],
            said[commitment.pk, "open"],
            address_of(entity, commitment),
        ]
        yield [neutral(str(value)) for value in values]


def _names(relation: str, model: str, pks: list[int]) -> dict[int, list[str]]:
    """Of the groups or dependencies of each commitment, in alphabetical order."""
    found = defaultdict(list)
    rows = getattr(Commitment, relation).through.objects.filter(commitment__in=pks)
    for pk, name in rows.order_by(f"{model}__name").values_list("commitment", f"{model}__name"):
        found[pk].append(name)
    return found


def made_on(commitment: Commitment) -> str:
    """ "2026-04-30", or "2026-04" when only the month is known."""
    if not commitment.made_on:
        return ""
    return f"{commitment.made_on:%Y-%m}" if commitment.made_precision == Precision.MONTH else f"{commitment.made_on}"


def address_of(entity: Entity, commitment: Commitment) -> str:
    """Of its page, from anywhere."""
    return settings.SITE_URL + reverse("portal:promise", args=[entity.slug, commitment.pk])
