"""The forms of a report: which one to start, its cut-off and its texts."""

from collections.abc import Iterator
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Dependency
from display import dates
from display.dates import month_end, months_between
from display.widgets import date_input
from plans import cutoffs
from plans.models import Plan
from records.forms import RevisionForm
from records.texts import TypedTextField
from reports import documents, outline, periods, sections, texts
from reports.documents import Kind
from reports.models import CORRECTION, Chapter, Outcome, Point, Report
from reports.periods import Days
from reports.texts import SECTION
from reports.writing import typed


def months_of(plan: Plan) -> list[date]:
    """The first day of every month that the plan touches, whole or in part."""
    return months_between(plan.starts_on, plan.ends_on)


def check_cutoff(plan: Plan, kind: str, period: str, cutoff: date) -> None:
    """Raises ValidationError for a cut-off before the period or later than the year after it."""
    first, last = documents.known()[kind].days_of(plan, period)
    if cutoff < first:
        raise ValidationError(_("El corte no puede ser anterior al comienzo del periodo."))
    if cutoff.year > last.year + 1:
        raise ValidationError(_("Revise el año: el corte va a lo sumo hasta el año siguiente al del periodo."))


class NewReportForm(forms.Form):
    """What a kind asks for, and nothing else."""

    kind = forms.CharField(widget=forms.HiddenInput)
    month = forms.ChoiceField(
        label=_("Mes"),
        help_text=_("Los meses que cubre el plan."),
        error_messages={"required": _("Elija el mes del informe.")},
    )
    dependency = forms.ModelChoiceField(
        Dependency.objects.none(),
        label=_("Dependencia"),
        empty_label=_("Elija una dependencia"),
        help_text=_("Lo que la nombra a ella o a una que depende de ella, y lo que es de todas."),
        error_messages={"required": _("Elija la dependencia del informe.")},
    )
    days = forms.ChoiceField(label=_("Periodo"), required=False, help_text=_("O diga abajo el primer día y el último."))
    first = forms.DateField(label=_("Desde"), required=False, widget=date_input())
    last = forms.DateField(label=_("Hasta"), required=False, widget=date_input())
    cutoff = forms.DateField(
        label=_("Fecha de corte"),
        required=False,
        widget=date_input(),
        help_text=_("Vacía: el último día del periodo, o el último del plan."),
    )
    OF = {documents.MONTH: ("month",), documents.DEPENDENCY: ("dependency",), documents.DAYS: ("days", "first", "last")}

    def __init__(self, *args, plan: Plan, kind: Kind, **kwargs):
        super().__init__(*args, initial={"kind": kind.slug}, **kwargs)
        self.plan, self.kind = plan, kind
        for asked, names in self.OF.items():
            for name in names if asked not in kind.asks else ():
                del self.fields[name]
        if documents.MONTH in kind.asks:
            named = [(f"{month:%Y-%m}", dates.month(month)) for month in months_of(plan)]
            self.fields["month"].choices = [("", _("Elija un mes")), *named]
        if documents.DEPENDENCY in kind.asks:
            self.fields["dependency"].queryset = plan.entity.dependencies.all()
        if documents.DAYS in kind.asks:
            none = _("Otros días, los de abajo") if documents.DAYS in kind.needs else _("Todo el plan")
            offered = [(group, [(days, name) for days, name in found]) for group, found in offers(plan) if found]
            self.fields["days"].choices = [("", none), *offered]

    def clean(self):
        data = super().clean()
        if data.get("days"):  # the page then asks for no others
            for name in ("first", "last"):
                self.errors.pop(name, None)
                data[name] = None
        if self.errors:
            return data
        month = date.fromisoformat(f"{data['month']}-01") if data.get("month") else None
        first, last = data.get("first"), data.get("last")
        if bool(first) != bool(last):
            self.add_error("last" if first else "first", _("Diga el primer día y el último."))
            return data
        days = (first, last) if first else periods.parsed(data["days"]) if data.get("days") else None
        try:
            data["period"] = self.kind.period(self.plan, month, days, data.get("dependency"))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if data.get("cutoff"):
            try:
                check_cutoff(self.plan, self.kind.slug, data["period"], data["cutoff"])
            except ValidationError as error:
                self.add_error("cutoff", error)
        return data


def offers(plan: Plan) -> list[tuple[str, list[tuple[str, str]]]]:
    """Periods to choose from, by group: (key, words)."""
    quarters = [(first, min(month_end(third), plan.ends_on)) for first, third in _quarters(plan)]
    cuts = cutoffs.periods(plan.entity.cutoffs.all(), plan.starts_on, plan.ends_on)
    named = _("%(name)s: %(days)s")
    return [
        (
            _("Cortes de la entidad"),
            [(periods.key(days), named % {"name": name, "days": dates.days(*days)}) for name, *days in cuts],
        ),
        (_("Trimestres"), [(periods.key(days), capfirst(dates.days(*days))) for days in quarters]),
    ]


def _quarters(plan: Plan) -> Iterator[Days]:
    """The first day of each quarter, not before the plan's, and the first of its last month."""
    for month in months_of(plan):
        if month.month % 3 == 1 or month <= plan.starts_on:
            third = month.replace(month=(month.month - 1) // 3 * 3 + 3)
            yield max(month, plan.starts_on), third


class YearForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Año"), coerce=int)

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]


class CorrectionForm(forms.Form):
    correction = TypedTextField(
        max_length=CORRECTION,
        label=_("Qué corrige"),
        help_text=_("En una o dos frases, para quien leyó la versión anterior. Se imprime en la portada y es público."),
    )

    def clean_correction(self):
        return " ".join(self.cleaned_data["correction"].split())


class SignForm(forms.Form):
    """The next signature; `revision` is that of what was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.CharField(
        label=_("Cargo"), max_length=150, help_text=_("Como se imprime en el informe, junto a su nombre.")
    )


class ReturnForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = TypedTextField(label=_("Qué hay que cambiar"), help_text=_("Se le dice a quienes firmaron."))
    note.widget.attrs["rows"] = 3


class NarrativeForm(forms.Form):
    """A draft's texts and cut-off, each with what was read of it: "seen_reading", a digest (reports/writing.py)."""

    cutoff = forms.DateField(
        label=_("Fecha de corte"), widget=date_input(), help_text=_("Las cifras cuentan lo ocurrido hasta este día.")
    )

    def __init__(self, *args, report: Report, only: str = "", **kwargs):
        """`only`: the name of the one text that is sent, by itself."""
        every = texts.asked(report, every=True)
        asked, sent = texts.asked(report), args[0] if args and args[0] else {}
        # Whose section was left out while somebody was writing it: what they wrote is kept.
        self.asked = {name: text for name, text in every.items() if name in asked or name in sent}
        written = {name: typed(text) for name, text in report.narrative.items()}
        super().__init__(*args, initial={"cutoff": report.cutoff, **written}, **kwargs)
        self.report = report
        for name, text in self.asked.items():
            self.fields[name] = TypedTextField(
                max_length=SECTION, label=text.label, help_text=text.help, required=False
            )
            self.fields[name].widget.attrs["rows"] = 5
        if only:
            self.fields = {only: self.fields[only]}

    def clean_cutoff(self):
        cutoff = self.cleaned_data["cutoff"]
        check_cutoff(self.report.plan, self.report.kind, self.report.period, cutoff)
        return cutoff

    @property
    def narrative(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.asked if name in self.fields}

    @property
    def seen(self) -> dict[str, str]:
        return {name: self.data.get(f"seen_{name}", "") for name in self.fields}


class PointForm(RevisionForm):
    """`instance` has its report and kind."""

    class Meta:
        model = Point
        fields = ["text", "owner", "due_on"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "due_on": date_input()}
        help_texts = {
            "owner": _("La dependencia que debe hacerlo. Puede quedar sin decir."),
            "due_on": _("Si lo tiene: los informes que sigan preguntarán por él."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = self.instance.report.plan.entity.dependencies.all()
        self.fields["owner"].empty_label = _("Sin responsable")


class OutcomeForm(RevisionForm):
    class Meta:
        model = Outcome
        fields = ["state", "text"]
        widgets = {"state": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 4})}
        labels = {"state": _("Cómo va")}
        help_texts = {"text": _("Lo que se hizo, o por qué no se hará. Sale en este informe y en los que sigan.")}


class ChapterForm(RevisionForm):
    """The title of a section; `instance` has its entity, kind and section. The revision is that of the entity."""

    class Meta:
        model = Chapter
        fields = ["title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_own = not self.instance.section
        self.fields["title"].required = self.is_own
        if self.is_own:
            self.fields["title"].help_text = _("Como sale en el informe y en su contenido.")
        else:
            self.fields["title"].help_text = _("Vacío: el título de fábrica, «%(title)s».") % {"title": self.usual}

    @property
    def usual(self) -> str:
        return outline.usual_title(sections.of(self.instance.section), self.instance.kind)

    def clean_title(self):
        title = " ".join(self.cleaned_data["title"].split())
        return "" if not self.is_own and title == self.usual else title


class SeenForm(forms.Form):
    """A confirmation of what was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
