"""Metrics from what a reader found, each under the activity that it names. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_noop as _

from activities.metrics import kind_of
from display.message import Day, Message, message
from display.text import normalise
from matrices.reading.cells import split_number
from matrices.reading.ledger import Ledger
from matrices.reading.names import Likeness
from matrices.reading.rows import MetricRow, Text
from matrices.workbook.grid import one_line
from sheets.loading.catalogue import MOST_UNKNOWN
from sheets.loading.values import ActivityValues, MetricValues, SessionValues, measured


class ActivityNames:
    """The activities of the file and of the plan, found by what an indicator's row calls them."""

    def __init__(self, activities: Iterable[ActivityValues], ledger: Ledger) -> None:
        self.ledger = ledger
        self.made: list[ActivityValues] = []  # those that only an indicator names
        self._names = Likeness(())
        self._by_key: dict[str, list[ActivityValues]] = {}
        self._asked: dict[str, ActivityValues | None] = {}
        for activity in activities:
            self._add(activity)

    def _add(self, activity: ActivityValues) -> None:
        stored = activity.stored
        name = activity.values.get("name") or stored.name
        number = activity.values.get("number") or (stored.number if stored else "")
        self._names.add(name)
        for key in {normalise(name), normalise(f"{number} {name}"), normalise(number)} - {""}:
            self._by_key.setdefault(key, []).append(activity)

    def find(self, text: Text) -> ActivityValues | None:
        """The activity of this name or number; a new one outside the plan when none is; None after an error."""
        key = normalise(text.value)
        if key not in self._asked:
            self._asked[key] = self._find(key, text)
        return self._asked[key]

    def _find(self, key: str, text: Text) -> ActivityValues | None:
        number, name = split_number(text.value)
        for wanted in (key, normalise(number), normalise(name)):
            activities = self._by_key.get(wanted, []) if wanted else []
            activities = [activity for activity in activities if not activity.outside] or activities
            if len(activities) == 1:
                return activities[0]
            if activities:
                self.ledger.error(
                    text.place,
                    _("Hay %(count)s actividades que se llaman «%(name)s». Escriba el número de la actividad."),
                    count=len(activities),
                    name=text.value,
                )
                return None
        if len(self.made) >= MOST_UNKNOWN:
            self.ledger.error(
                text.place,
                _("La hoja nombra más de %(most)s actividades que no están en el plan. Revise la columna."),
                most=MOST_UNKNOWN,
            )
            return None
        if near := self._names.closest(key):
            self.ledger.error(
                text.place,
                _("«%(name)s» no es una actividad del plan. ¿Quiso decir «%(near)s»? Escríbala igual."),
                name=text.value,
                near=near,
            )
            return None
        self.ledger.warn(
            text.place,
            _("«%(name)s» no está entre las actividades: queda como actividad fuera del plan."),
            name=text.value,
        )
        made = ActivityValues(text.place, text.value, outside=True)
        made.set("name", text.value, text.place)
        made.values["outside_plan"] = True
        self.made.append(made)
        self._add(made)
        return made


def metrics_values(
    pairs: Iterable[tuple[MetricRow, ActivityValues]],
    sessions: Iterable[SessionValues],
    plan: tuple[date, date],
    ledger: Ledger,
) -> list[MetricValues]:
    """The metrics without an error, each under its activity; `plan` is from when to when it goes."""
    days: dict[int, list[tuple[date, str]]] = {}
    for session in sessions:
        on = session.values["planned_on"], session.values["planned_precision"]
        days.setdefault(id(session.activity), []).append(on)
    seen: dict = {}
    metrics = (
        _metric(metric, activity, period_of(metric, days.get(id(activity), []), plan), seen, ledger)
        for metric, activity in pairs
    )
    return [metric for metric in metrics if metric is not None]


def _metric(
    metric: MetricRow, activity: ActivityValues, period: tuple[date, date], seen: dict, ledger: Ledger
) -> MetricValues | None:
    """A metric's fields; None after an error. `seen` collects what the file already measured."""
    kind = kind_of(metric.indicator.value)
    key = (id(activity), kind, *period, normalise(metric.source))
    place = metric.value.place
    if before := seen.get(key):
        ledger.error(
            place,
            _(
                "«%(name)s» de esa actividad y ese periodo ya está en la celda %(cell)s. "
                "Deje un solo valor, o diga la fuente de cada uno."
            ),
            name=metric.indicator.value,
            cell=before.cell,
        )
        return None
    seen[key] = place
    label = message(
        "%(activity)s · %(name)s · %(period)s",
        activity=activity.label,
        name=metric.indicator.value,
        period=_days(*period),
    )
    values = MetricValues(place, label, activity=activity)
    values.set("kind", kind, metric.indicator.place)
    values.set("name", one_line(metric.indicator.value), metric.indicator.place)
    values.set("value", measured(metric.value.value), place)
    values.set("period_from", period[0], place)
    values.set("period_to", period[1], place)
    if metric.source:
        values.set("source", one_line(metric.source), place)
    return values


def period_of(metric: MetricRow, days: list[tuple[date, str]], plan: tuple[date, date]) -> tuple[date, date]:
    """The metric's own period, else that of its activity's dates (date, precision), else the plan's."""
    if metric.period_from and metric.period_to:
        return metric.period_from, metric.period_to
    if not days:
        return plan
    return min(on.replace(day=1) if precision == "month" else on for on, precision in days), max(on for on, _ in days)


def _days(first: date, last: date) -> Day | Message:
    return Day(first) if first == last else message(_("%(first)s a %(last)s"), first=first, last=last)
