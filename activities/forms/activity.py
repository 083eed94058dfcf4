"""The form of an activity: what a plan promises."""

from datetime import date

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Dependency
from activities import order
from activities.filters import months_of
from activities.models import Activity
from display.dates import month_end
from display.figures import typed
from display.layout import Fold, Part, in_parts
from records.forms import RevisionForm, RowsField
from records.texts import TypedTextField


class Coverage(LayoutObject):
    """How the plan's groups and stages stand with what is ticked above; `coverage` stands in the page's context."""

    fields = ()

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        return render_to_string("activities/_coverage_live.html", context.flatten()) if "coverage" in context else ""


class ActivityForm(RevisionForm):
    """`instance` has its plan: phases, lines, groups and dependencies are the plan's own. Only the name is required."""

    helper = in_parts(
        "revision",
        Part("", "name", "lead", "phase", "target_kind", "target_value", "unit", "months"),
        Fold(_("Número y línea"), "number", "line"),
        Fold(_("Quién apoya y para quiénes"), "support", "all_dependencies", "groups", Coverage(), "incidence_level"),
        Fold(_("Qué se hará y cómo se mide"), "description", "objective", "product", "indicator", "formula"),
        Fold(
            _("Cómo y dónde"),
            *("modality", "locality", "periodicity", "mechanism", "channels", "formal_instance"),
            *("accountability_element", "outside_plan"),
        ),
        Fold(_("Con qué"), "budget", "resources", "alliances"),
    )

    lead = forms.ModelChoiceField(
        label=_("Lidera"), queryset=Dependency.objects.none(), required=False, empty_label=_("Nadie todavía")
    )
    support = RowsField(
        label=_("Apoyan"),
        queryset=Dependency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    months = forms.MultipleChoiceField(
        label=_("Meses en que se hace"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Un espacio en cada mes que marque. El día, el lugar y los demás se dicen después."),
    )

    class Meta:
        model = Activity
        field_classes = {"groups": RowsField, "name": TypedTextField}
        fields = [
            *("name", "number", "phase", "line", "description", "objective", "product", "all_dependencies"),
            *("target_kind", "target_value", "unit", "indicator", "formula", "groups", "incidence_level"),
            *("modality", "locality", "periodicity", "mechanism", "channels", "formal_instance"),
            *("accountability_element", "outside_plan", "budget", "resources", "alliances"),
        ]
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2}),
            "groups": forms.CheckboxSelectMultiple,
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("description", "objective", "product", "indicator", "formula", "resources", "alliances")
            },
        }
        help_texts = {
            "number": _("Como lo escriba el plan: 1.2. Puede dejarlo vacío y renumerar después."),
            "target_value": _("En un porcentaje, 100 es todo."),
            "unit": _("Qué se cuenta: informes, talleres, solicitudes…"),
            "all_dependencies": _("La actividad es de todas: cualquier jefatura la puede reportar."),
            "periodicity": _("Mensual, trimestral, una sola vez…"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan, activity = self.instance.plan, self.instance
        rows = list(activity.responsibilities.all()) if activity.pk else []
        groups = [group.pk for group in activity.groups.all()] if activity.pk else []
        dependencies = plan.offered_dependencies([row.dependency_id for row in rows])
        self.fields["lead"].queryset = self.fields["support"].queryset = dependencies
        self.fields["target_kind"].choices = [("", gettext("Sin meta")), *Activity.TargetKind.choices]
        self.initial["target_value"] = typed(activity.target_value)
        self.initial["lead"] = next((row.dependency_id for row in rows if row.part == row.Part.LEAD), None)
        self.initial["support"] = [row.dependency_id for row in rows if row.part == row.Part.SUPPORT]
        self.fields["groups"].queryset = plan.offered_groups(groups)
        self.fields["phase"].queryset, self.fields["phase"].empty_label = plan.phases.all(), _("Sin fase")
        self.fields["line"].queryset, self.fields["line"].empty_label = plan.lines.all(), _("Sin línea")
        self.fields["months"].choices = months_of(plan)
        if activity.pk or plan.is_frozen or not self.fields["months"].choices:
            del self.fields["months"]  # its spaces are on its own page
        if plan.is_frozen:  # what was added after approval promises nothing
            self.fields["outside_plan"].disabled = True

    def clean_months(self):
        return [month_end(date.fromisoformat(f"{code}-01")) for code in self.cleaned_data["months"]]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        if data.get("lead") and data["lead"] in (data.get("support") or []):
            self.add_error(
                "support", gettext("«%(name)s» ya lidera: no la marque también aquí.") % {"name": data["lead"]}
            )
        if data.get("target_value") is not None and not data.get("target_kind"):
            self.add_error("target_kind", gettext("Diga si la meta es una cantidad, un porcentaje o un hito."))
        if data.get("target_kind") == Activity.TargetKind.PERCENTAGE and not data.get("target_value"):
            self.add_error("target_value", gettext("Una meta en porcentaje dice cuál, mayor que cero."))
        return data


class MoveForm(forms.Form):
    """`place` cleans to (phase id or None, id of the activity before or None)."""

    place = forms.TypedChoiceField(label=_("Dónde queda"), coerce=lambda place: place_ids(place))

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].choices, self.initial["place"] = order.places(activity)


def place_ids(place: str) -> tuple[int | None, int | None]:
    phase, after = (int(part) or None for part in place.split(":"))
    return phase, after
