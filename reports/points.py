"""The observations and recommendations of a report, and what became of those of the reports before it.

Their two sections have the same facts and the same page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates, figures
from display.datasets import Dataset, of_rows, word
from display.tables import Cell, Column, Table
from display.text import enumeration
from reports.models import Outcome, Point, Report
from reports.remarks import Remark, at_section
from reports.scope import Scope

if TYPE_CHECKING:
    from reports.envelope import Snapshot

NAMES = {  # one, several
    Point.Kind.OBSERVATION: (gettext_lazy("observación"), gettext_lazy("observaciones")),
    Point.Kind.RECOMMENDATION: (gettext_lazy("recomendación"), gettext_lazy("recomendaciones")),
}
SLUGS = {Point.Kind.OBSERVATION: "observaciones", Point.Kind.RECOMMENDATION: "recomendaciones"}  # of their sections
States = Outcome.State


class Own(msgspec.Struct, frozen=True, gc=False):
    """Of this report."""

    number: int
    text: str
    owner: str
    due_on: date | None


class Returned(msgspec.Struct, frozen=True, gc=False):
    """Of an earlier report of the plan, as it stands at the cut-off."""

    report: str  # "2026-007"
    name: str  # "Informe mensual · septiembre de 2026"
    number: int
    text: str
    owner: str
    due_on: date | None
    state: str  # an Outcome.State
    became: str  # what was last said of it
    is_told: bool  # by this report; else by one before it, or by none


@dataclass(frozen=True, slots=True)
class Facts:
    own: tuple[Own, ...]
    returned: tuple[Returned, ...]  # by report, in their order


# --- Collected --------------------------------------------------------------------------------------------------------


def collect(kind: str, scope: Scope) -> Facts:
    if scope.report is None:
        return Facts((), ())
    own = Point.objects.filter(report=scope.report.pk, kind=kind)
    told = own.values_list("number", "text", "owner__name", "due_on")
    return Facts(
        tuple(Own(number, text, owner or "", due_on) for number, text, owner, due_on in told),
        tuple(_returned(kind, scope)),
    )


def earlier(report: Report) -> QuerySet[Report]:
    """The published reports of its plan with a cut-off before its own; of the same day, those with a lower number."""
    number = report.same().exclude(number="").values_list("number", flat=True).first()
    same_day = Q(cutoff=report.cutoff, number__lt=number) if number else Q(cutoff=report.cutoff)
    found = report.plan.reports.filter(Q(cutoff__lt=report.cutoff) | same_day, state=Report.State.PUBLISHED)
    own = {"kind": report.kind, "period": report.period, "dependency": report.dependency_id}
    return found.exclude(**own).order_by("cutoff", "number")


def back(report: Report, kind: str, dependencies: set[int] | None = None) -> QuerySet[Point]:
    """Those of earlier reports; `dependencies`: of a report of a dependency, which has its own and those it owns."""
    found = Point.objects.filter(report__in=earlier(report).order_by().values("pk"), kind=kind)
    if dependencies is not None:
        found = found.filter(Q(report__dependency__in=dependencies) | Q(owner__in=dependencies))
    return found.order_by("report__cutoff", "report__number", "number")


def _returned(kind: str, scope: Scope) -> Iterable[Returned]:
    report, points = scope.report, list(back(scope.report, kind, scope.dependencies).select_related("owner"))
    if not points:
        return
    reports = Report.objects.light().in_bulk({point.report_id for point in points})
    before, now = outcomes(report, points)
    naming = {row.report_id for row in (*points, *before.values()) if "{" in row.text}
    printed = _printed(kind, naming) if naming else {}
    for point in points:
        last, own = before.get(point.root), now.get(point.root)
        if last and last.state in Outcome.SETTLED and not own and not scope.whole:
            continue  # a report before this one told how it ended
        outcome, of = own or last, reports[point.report_id]
        place = (of.number, point.number)
        became = outcome.text if outcome else ""
        yield Returned(
            report=of.number,
            name=of.name,
            number=point.number,
            text=printed.get((point.report_id, *place), point.text),
            owner=point.owner.name if point.owner else "",
            due_on=point.due_on,
            state=str(outcome.state if outcome else States.OPEN),
            became=became if own or not last else printed.get((last.report_id, *place, "became"), became),
            is_told=own is not None,
        )


def outcomes(report: Report, points: Iterable[Point]) -> tuple[dict[int, Outcome], dict[int, Outcome]]:
    """By the root of each point: the last outcome that earlier reports tell, and that of this one."""
    roots = {point.root for point in points}
    before = Outcome.objects.filter(point__in=roots, report__in=earlier(report).order_by().values("pk"))
    in_order = before.order_by("report__cutoff", "report__number")
    now = Outcome.objects.filter(point__in=roots, report=report.pk)
    return {each.point_id: each for each in in_order}, {each.point_id: each for each in now}


def _printed(kind: str, reports: set[int]) -> dict[tuple, str]:
    """The texts of these reports as they were published, with the figures of then. Of a point by the key of the report
    that prints it, the number of the report that it is of, and its own; what became of it, with "became" after them."""
    found = {}
    for pk, number, stored in Report.objects.filter(pk__in=reports).values_list("pk", "number", "snapshot"):
        for section in stored.get("sections", ()) if stored.get("schema") == 2 else ():
            if section["slug"] == SLUGS[kind]:
                facts = section["facts"] if section["schema"] > 1 else listed(section["facts"], section["texts"])
                found |= {(pk, number, own["number"]): own["text"] for own in facts["own"]}
                told = (each for each in facts["returned"] if each["is_told"])
                found |= {(pk, each["report"], each["number"], "became"): each["became"] for each in told}
    return found


def printed(facts: Facts, write: Callable[[str], str]) -> Facts:
    own = (msgspec.structs.replace(point, text=write(point.text)) for point in facts.own)
    returned = (
        msgspec.structs.replace(each, text=write(each.text), became=write(each.became)) for each in facts.returned
    )
    return replace(facts, own=tuple(own), returned=tuple(returned))


def listed(facts: dict, written: Mapping[str, list[str]]) -> dict:
    """Schema 1 had no facts: its points were a list of texts."""
    points = [point for found in written.values() for point in found]
    own = [{"number": at, "text": text, "owner": "", "due_on": None} for at, text in enumerate(points, 1)]
    return {**facts, "own": own, "returned": []}


def written(facts: Facts) -> list[str]:
    """What people wrote for this report."""
    return [*(each.text for each in facts.own), *(each.became for each in facts.returned if each.is_told)]


# --- In words ---------------------------------------------------------------------------------------------------------


def view(kind: str, facts: Facts, snapshot: Snapshot) -> dict:
    return {
        "points": [(point, aside(point)) for point in facts.own],
        "returned_lead": lead(facts, snapshot.edition.cutoff),
        "returned_table": table(kind, facts.returned, snapshot.edition.cutoff),
    }


def aside(point: Own | Returned) -> str:
    """ "Secretaría de Gobierno · plazo: 30 oct 2026"."""
    due = _("plazo: %(day)s") % {"day": dates.short_day(point.due_on)} if point.due_on else ""
    return " · ".join(filter(None, (point.owner, due)))


def is_late(point: Returned, cutoff: date) -> bool:
    return point.state not in Outcome.SETTLED and point.due_on is not None and point.due_on < cutoff


def lead(facts: Facts, cutoff: date) -> str:
    """ "De los informes anteriores: 5 (2 con «Hecho» y 3 con «Sin empezar»). Con el plazo vencido: 1."."""
    if not facts.returned:
        return ""
    counts = Counter(point.state for point in facts.returned)
    found = [
        _("%(n)s con «%(state)s»") % {"n": figures.whole(counts[state]), "state": state.label}
        for state in (States.DONE, States.IN_PROGRESS, States.OPEN, States.DROPPED)
        if counts[state]
    ]
    text = _("De los informes anteriores: %(n)s (%(states)s).")
    said = text % {"n": figures.whole(len(facts.returned)), "states": enumeration(found)}
    late = sum(is_late(point, cutoff) for point in facts.returned)
    more = _("Con el plazo vencido: %(n)s.") % {"n": figures.whole(late)} if late else ""
    return f"{said} {more}".strip()


def table(kind: str, returned: Iterable[Returned], cutoff: date) -> Table:
    one, _several = NAMES[Point.Kind(kind)]
    rows = tuple(
        (
            Cell(place(kind, point), aside=point.name),
            Cell(point.text, aside=aside(point)),
            _state(point, cutoff),
            point.became or figures.DASH,
        )
        for point in returned
    )
    columns = (Column(_("Informe")), Column(str(one).capitalize()), Column(_("Estado")), Column(_("Qué pasó")))
    notes = (_("Un guion: ningún informe dice qué pasó."),) if any(not point.became for point in returned) else ()
    title = _("Qué pasó con las %(points)s de los informes anteriores") % {"points": NAMES[Point.Kind(kind)][1]}
    return Table(title, columns, rows, notes=notes)


SIGNS = {States.DONE: "fulfilled", States.DROPPED: "closed", States.IN_PROGRESS: "open", States.OPEN: "open"}


def _state(point: Returned, cutoff: date) -> Cell:
    late = is_late(point, cutoff)
    sign = "overdue" if late else SIGNS[States(point.state)]
    return Cell(str(States(point.state).label), aside=_("Plazo vencido") if late else "", state=sign)


def place(kind: str, point: Returned) -> str:
    """ "2026-007, recomendación 3": what a reader looks for."""
    return f"{point.report}, {NAMES[Point.Kind(kind)][0]} {point.number}"


def checks(kind: str, facts: Facts, scope: Scope) -> Iterable[Remark]:
    several = NAMES[Point.Kind(kind)][1]
    if silent := [point for point in facts.returned if is_late(point, scope.cutoff) and not point.is_told]:
        text = _("Este informe no dice qué pasó con %(points)s de informes anteriores cuyo plazo ya venció: %(which)s.")
        told = {"points": several, "which": enumeration([place(kind, point) for point in silent])}
        yield Remark(text % told, at_section(SLUGS[kind]))


def datasets(kind: str, facts: Facts) -> list[Dataset]:
    several = str(NAMES[Point.Kind(kind)][1])
    fields = (
        ("number", "numero", ""),
        ("text", "texto", ""),
        ("owner", "responsable", ""),
        ("due_on", "plazo", ""),
    )
    told = (
        ("report", "informe", _("Número del informe en que está.")),
        ("name", "nombre_del_informe", ""),
        *fields,
        (word("state", States), "estado", _("Al corte.")),
        ("became", "que_paso", _("Lo último que dijo un informe.")),
    )
    title = _("%(points)s de los informes anteriores") % {"points": several.capitalize()}
    return [
        of_rows(SLUGS[kind], several.capitalize(), facts.own, fields),
        of_rows(f"{SLUGS[kind]}-anteriores", title, facts.returned, told),
    ]
