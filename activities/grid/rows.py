"""The rows of the table: what an activity has, as it is or as it would be, and the texts of its cells."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from activities.grid.catalogue import Catalogue, Day, Goal, Lead
from activities.grid.columns import COLUMNS
from activities.kept import LEAD, Kept, kept_of
from activities.models import Activity, Responsibility, Session, SurveyResponse
from display.dates import Precision, short_month
from display.figures import measure
from plans.models import Plan
from records.constraints import broken_checks

SUPPORT = Responsibility.Part.SUPPORT
PERCENTAGE, COUNT = Activity.TargetKind.PERCENTAGE, Activity.TargetKind.COUNT
# Where the sentence of a constraint is shown.
CELL_OF = {"activity_percentage_has_target": "target_value", "activity_target_has_kind": "target_kind"}


@dataclass
class Row:
    """An activity as the table has it: its own fields, what it has by keys, the days of its spaces."""

    activity: Activity
    kept: Kept = Kept(None, None, False, (), ())
    days: frozenset[Day] = frozenset()
    fixed: frozenset[Day] = field(default_factory=frozenset)  # days of spaces of which more is known than the day

    def with_values(self, values: dict[str, Any]) -> Row:
        """The row as it would be; this one stays. `values`: by the keys of columns, as a catalogue reads them."""
        activity, kept, days = copy(self.activity), self.kept._asdict(), self.days
        for key in (column.key for column in COLUMNS if column.key in values):
            value = values[key]
            match value:
                case Lead():
                    others = [pk for pk, part in self.kept.parts if part == SUPPORT and pk != value.lead]
                    others = dict.fromkeys(pk for pk in (*others, *value.support) if pk != value.lead)
                    leads = [(value.lead, LEAD.value)] if value.lead else []
                    kept["parts"] = (*leads, *((pk, SUPPORT.value) for pk in others))
                    kept["of_all"] = value.of_all
                case Goal():
                    activity.target_value = value.value
                    if value.is_percentage:
                        activity.target_kind = PERCENTAGE
                    elif value.value is not None:
                        activity.target_kind = activity.target_kind or COUNT
                    activity.unit = activity.unit or value.unit
                case frozenset():
                    days = value
                case _ if key in ("phase", "groups"):
                    kept[key] = value
                case _:
                    setattr(activity, key, value)
        return Row(activity, Kept(**kept), days, self.fixed)

    def refusals(self, before: Row) -> dict[str, str]:
        """By column, why it cannot be stored as it is."""
        found = {
            CELL_OF.get(constraint.name, "name"): str(constraint.violation_error_message)
            for constraint in broken_checks(self.activity)
        }
        if self.activity.target_kind == PERCENTAGE and self.activity.target_value is None:
            found["target_value"] = _("Una meta en porcentaje dice cuál, mayor que cero.")
        if lost := sorted(before.fixed & (before.days - self.days)):
            found["spaces"] = _("Del espacio de %(day)s hay más que la fecha: quítelo en su página.") % {
                "day": _day(lost[0], years=True)
            }
        return found

    def texts(self, catalogue: Catalogue) -> dict[str, str]:
        """What each cell says; a catalogue reads it back as it is."""
        activity, kept = self.activity, self.kept
        lead = next((pk for pk, part in kept.parts if part == LEAD), None)
        everybody = [_("Todas las dependencias")] if kept.of_all else []
        groups = [catalogue.groups[pk].name for pk in kept.groups if pk in catalogue.groups]
        value = "" if activity.target_value is None else measure(activity.target_value)
        years = catalogue.plan.starts_on.year != catalogue.plan.ends_on.year
        return {
            "number": activity.number,
            "name": activity.name,
            "phase": str(catalogue.phases[kept.phase]) if kept.phase else "",
            "lead": "; ".join([*([catalogue.dependencies[lead].name] if lead else []), *everybody]),
            "target_kind": activity.get_target_kind_display(),
            "target_value": f"{value} %" if value and activity.target_kind == PERCENTAGE else value,
            "unit": activity.unit,
            "indicator": activity.indicator,
            "groups": "; ".join(sorted(groups)),
            "spaces": "; ".join(_day(day, years) for day in sorted(self.days)),
            "periodicity": activity.periodicity,
            "incidence_level": activity.get_incidence_level_display(),
        }


def _day(day: Day, years: bool) -> str:
    on, precision = day
    month = f"{short_month(on)} {on.year}" if years else short_month(on)
    return month if precision == Precision.MONTH else f"{on.day} {month}"


def rows_of(activities: Iterable[Activity]) -> dict[int, Row]:
    """By key: three statements."""
    activities = list(activities)
    kept, days, fixed = kept_of(activities), {}, {}
    sessions = Session.objects.filter(activity__in=[row.pk for row in activities], withdrawn_on=None)
    reported = Exists(Session.objects.reported().filter(pk=OuterRef("pk")))
    owed = Exists(Session.commitments.rel.related_model.objects.filter(session=OuterRef("pk")))
    answered = Exists(SurveyResponse.objects.filter(session=OuterRef("pk")))
    known = ("activity", "planned_on", "planned_precision", "planned_units", "place", "hour")
    for pk, on, precision, units, place, hour, *facts in sessions.filter(planned_units__gt=0).values_list(
        *known, reported, owed, answered
    ):
        days.setdefault(pk, set()).add((on, precision))
        if units > 1 or place or hour or any(facts):
            fixed.setdefault(pk, set()).add((on, precision))
    return {
        row.pk: Row(row, kept[row.pk], frozenset(days.get(row.pk, ())), frozenset(fixed.get(row.pk, ())))
        for row in activities
    }


def in_table(plan: Plan):
    """What a draft promises, in its order. What is outside the plan, or was withdrawn from it, is not written here."""
    return plan.activities.in_plan().filter(withdrawn_on=None).by_phase()
