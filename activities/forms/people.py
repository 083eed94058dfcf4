"""How many people came: in all and of each group, in the report of a session."""

from django import forms
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities import report_rules
from activities.models import Activity, Attendance
from plans.models import StakeholderGroup
from records.forms import RevisionForm

GroupField = tuple[StakeholderGroup, forms.BoundField, forms.BoundField]  # its count, its "came, not counted apart"


class PeopleForm(RevisionForm):
    """`instance` is a session with its activity.

    `kept` = {group: its row as read}; after `read_people`, `people` = {group: how many, or None when they came but were
    not counted apart}, and `is_total_summed` says whether the total is theirs.
    """

    uncounted = forms.BooleanField(label=_("No se contaron, o no aplica"), required=False)
    is_total_summed = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = self._groups()
        self.people: dict[StakeholderGroup, int | None] = {}
        self.kept = {
            group: Attendance(pk=group.attendance, session=self.instance, group=group, people=group.people)
            for group in self.groups
            if group.attendance is not None
        }
        for group in self.groups:
            self.fields[f"people_{group.pk}"] = forms.IntegerField(
                label=gettext("Personas de %(group)s") % {"group": group.name},
                required=False,
                min_value=0,
                max_value=2_147_483_647,  # of the column
                widget=forms.NumberInput(attrs={"min": "0", "inputmode": "numeric", "class": "form-control"}),
            )
            self.fields[f"came_{group.pk}"] = forms.BooleanField(
                label=gettext("Vinieron, sin contarlas aparte: %(group)s") % {"group": group.name},
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )
            self.initial[f"people_{group.pk}"] = group.people
            self.initial[f"came_{group.pk}"] = group.attendance is not None and group.people is None
        reported = self.instance.held_on is not None
        self.initial["uncounted"] = reported and self.instance.attendance_total is None and not self.kept

    def _groups(self) -> list[StakeholderGroup]:
        """The activity's groups first; each with `planned`, `attendance` (pk or None) and `people`: one query."""
        session = self.instance
        planned = Activity.groups.through.objects.filter(activity=session.activity, stakeholdergroup=OuterRef("pk"))
        groups = StakeholderGroup.objects.filter(entity=session.activity.plan.entity_id).annotate(
            planned=Exists(planned),
            mine=FilteredRelation("attendances", condition=Q(attendances__session=session.pk)),
            attendance=F("mine__pk"),
            people=F("mine__people"),
        )
        offered = groups.filter(Q(active=True) | Q(planned=True) | Q(attendance__isnull=False))
        return list(offered.order_by("-planned", "name"))

    def people_names(self) -> list[str]:
        return [f"{kind}_{group.pk}" for group in self.groups for kind in ("people", "came")]

    def people_fields(self) -> list[GroupField]:
        """The activity's groups and those that came. The page folds the others."""
        return [self._people_field(group) for group in self.groups if self._shown(group)]

    def other_people_fields(self) -> list[GroupField]:
        return [self._people_field(group) for group in self.groups if not self._shown(group)]

    def are_people_open(self) -> bool:
        """Whether the fold of the groups stands open: something in it was typed, or is wrong."""
        return any(count.value() or came.value() or count.errors for _group, count, came in self._all_people())

    def _all_people(self) -> list[GroupField]:
        return [self._people_field(group) for group in self.groups]

    def _people_field(self, group) -> GroupField:
        return group, self[f"people_{group.pk}"], self[f"came_{group.pk}"]

    def _shown(self, group) -> bool:
        count, came = self[f"people_{group.pk}"], self[f"came_{group.pk}"]
        return group.planned or group.attendance is not None or bool(count.value() or came.value() or count.errors)

    def read_people(self, data: dict, is_asked: bool) -> None:
        """The groups add up to the total at most: a person of two groups is counted in one. Their sum is the total when
        nobody typed one, so that reports, which read the total, count everybody. With `is_asked`, silence is a mistake.
        """
        for group in self.groups:
            count = data.get(f"people_{group.pk}")
            if count is not None or data.get(f"came_{group.pk}"):
                self.people[group] = count
        numbers, total = [count for count in self.people.values() if count is not None], data.get("attendance_total")
        counted = sum(numbers)
        if "attendance_total" in self.errors:
            return
        if wrong := report_rules.of_groups(counted, total):
            self.add_error("attendance_total", str(wrong))
        elif (total is not None or numbers) and data.get("uncounted"):
            self.add_error(
                "uncounted",
                gettext("Escribió %(total)s y marcó que no se contaron: deje lo uno o lo otro.")
                % {"total": counted if total is None else total},
            )
        elif total is None and numbers:
            data["attendance_total"], self.is_total_summed = counted, True
        elif is_asked and total is None and not self.people and not data.get("uncounted"):
            self.add_error(
                "attendance_total",
                gettext("Todavía no dijo cuántas personas fueron. Si no se contaron, márquelo abajo."),
            )
