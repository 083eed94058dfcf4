"""The forms that propose the spaces of an activity: how often, or in which dates; and the dates as they are chosen."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Session
from activities.schedule import AFTER, BEFORE, MOST, STAY, outside
from display import dates
from display.dates import Precision, month_end, months_between
from display.layout import Fold, Together, in_parts
from display.periodicity import LAST, MONTHS_APART, WEEKS_APART, Rule, how_often, months_from_to, months_named
from display.widgets import date_input
from display.written_dates import BadDate, Found, Span, read_dates, read_every_date

DATES, MONTH, LAST_WEEK = "dates", "month", "last-week"
MONDAY = date(2026, 1, 5)
MONTHS = {
    1: _("Cada mes"),
    2: _("Cada dos meses"),
    3: _("Cada tres meses (trimestral)"),
    4: _("Cada cuatro meses"),
    6: _("Cada seis meses (semestral)"),
    12: _("Una vez al año"),
}
WEEKS = {1: _("Cada semana"), 2: _("Cada dos semanas")}
NTH = {1: _("El primer %(day)s"), 2: _("El segundo %(day)s"), 3: _("El tercer %(day)s"), 4: _("El cuarto %(day)s")}
NTH |= {LAST: _("El último %(day)s")}


def weekdays() -> list[str]:
    return [dates.weekday(MONDAY.replace(day=MONDAY.day + number)) for number in range(7)]


class RuleForm(forms.Form):
    """Cleans to a `rule` (display.periodicity.Rule), or to the dates `found`."""

    helper = in_parts(
        "every",
        Together("day", css_class="rule-months"),
        Together("weekday", css_class="rule-weeks"),
        Together("dates", css_class="rule-dates"),
        Fold(_("Desde cuándo, y qué pasa con los festivos"), "since", "until", "shift"),
    )

    every = forms.ChoiceField(label=_("Cada cuánto"), required=False)
    day = forms.ChoiceField(label=_("Qué día del mes"), required=False)
    weekday = forms.ChoiceField(label=_("Qué día de la semana"), required=False)
    dates = forms.CharField(
        label=_("Fechas"),
        required=False,
        help_text=_("Todas en este campo: 3 mar, 15 de junio, 2 y 9 de septiembre, noviembre."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = forms.ChoiceField(
        label=_("Se cuenta desde"),
        required=False,
        help_text=_("Según el calendario, los trimestres son marzo, junio, septiembre y diciembre."),
    )
    until = forms.ChoiceField(label=_("Hasta"), required=False)
    shift = forms.ChoiceField(
        label=_("Lo que cae en festivo o fin de semana"),
        required=False,
        choices=[
            (AFTER, _("Pasa al día hábil siguiente")),
            (BEFORE, _("Pasa al día hábil anterior")),
            (STAY, _("Se queda donde cae")),
        ],
    )

    rule: Rule | None = None
    found: list[Found] = []
    doubt = ""

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.activity, plan = activity, activity.plan
        self.span = Span(plan.starts_on, plan.ends_on, loose=activity.outside_plan)
        names = weekdays()
        self.fields["every"].choices = [
            ("", gettext("Elija cada cuánto")),
            *((f"m{n}", MONTHS[n]) for n in MONTHS_APART),
            *((f"w{n}", WEEKS.get(n) or gettext("Cada %(n)s semanas") % {"n": n}) for n in WEEKS_APART),
            (DATES, gettext("En fechas que escribo")),
        ]
        self.fields["day"].choices = [
            (MONTH, gettext("Solo el mes, sin día")),
            (LAST_WEEK, gettext("La última semana")),
            *((f"{nth}x{at}", words % {"day": names[at]}) for nth, words in NTH.items() for at in range(7)),
            *((f"d{day}", gettext("El día %(day)s") % {"day": day}) for day in range(1, 32)),
        ]
        self.fields["weekday"].choices = [(str(at), capfirst(name)) for at, name in enumerate(names)]
        months = [(f"{on:%Y-%m}", dates.month(on)) for on in months_between(plan.starts_on, plan.ends_on)]
        self.fields["since"].choices = [("", gettext("Según el calendario")), *months]
        self.fields["until"].choices = [("", gettext("El fin del plan")), *months]

    def clean(self):
        data = super().clean()
        every = data.get("every")
        if every == DATES:
            self._read(data.get("dates") or "")
        elif every and every[0] == "w":
            self.rule = Rule(weeks=int(every[1:]), weekday=int(data.get("weekday") or 0))
        elif every:
            self.rule = Rule(months=int(every[1:]), **_day(data.get("day") or MONTH))
        return data

    def _read(self, words: str) -> None:
        if not words.strip():
            return
        try:
            found, doubt = read_every_date(words, self.span)
        except BadDate as error:
            self.rule = how_often(words)  # «mensual» in the field of dates says how often
            if self.rule is None:
                self.add_error("dates", str(error))
        else:
            self.found, self.doubt = found, str(doubt or "")

    @property
    def start(self) -> date | None:
        since = self.cleaned_data.get("since")
        return date.fromisoformat(f"{since}-01") if since else None

    @property
    def end(self) -> date | None:
        until = self.cleaned_data.get("until")
        return month_end(date.fromisoformat(f"{until}-01")) if until else None


def suggested(activity: Activity) -> dict[str, str]:
    """What the words of its periodicity say, for a RuleForm; {} when they say neither how often nor when."""
    words, plan = activity.periodicity, activity.plan
    span, rule = Span(plan.starts_on, plan.ends_on), how_often(words)
    try:
        if months := months_from_to(words):
            since, until = (f"{span.year(number)}-{number:02}" for number in months)
            often = f"m{rule.months}" if rule and rule.months else "m1"
            return {"every": often, "day": _code(rule) if rule else MONTH, "since": since, "until": until}
        named, _doubt = months_named(words, span)
        if named:
            return {"every": DATES, "dates": ", ".join(dates.month(one.on) for one in named)}
        if words and read_dates(words, span):
            return {"every": DATES, "dates": words}
    except BadDate:
        pass
    if rule is None:
        return {}
    if rule.weeks:
        return {"every": f"w{rule.weeks}", "weekday": str(rule.weekday)}
    return {"every": f"m{rule.months}", "day": _code(rule)}


def _day(code: str) -> dict:
    if code == MONTH:
        return {}
    if code == LAST_WEEK:
        return {"last_week": True}
    if code[0] == "d":
        return {"day": int(code[1:])}
    nth, at = code.split("x")
    return {"nth": int(nth), "weekday": int(at)}


def _code(rule: Rule) -> str:
    if rule.nth:
        return f"{rule.nth}x{rule.weekday}"
    return f"d{rule.day}" if rule.day else LAST_WEEK if rule.last_week else MONTH


class UnitsForm(forms.Form):
    units = forms.IntegerField(
        label=_("Cantidad de cada uno"),
        min_value=1,
        max_value=9999,
        initial=1,
        required=False,  # nothing is 1
        help_text=_("Lo que cuenta cada espacio en la meta: casi siempre 1."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean_units(self) -> int:
        return self.cleaned_data["units"] or 1


class DateForm(forms.Form):
    """One proposed date: taken or not, and on which day."""

    take = forms.BooleanField(required=False)
    on = forms.DateField(widget=date_input(), error_messages={"required": _("Escriba la fecha.")})
    precision = forms.ChoiceField(choices=Precision.choices, widget=forms.HiddenInput)

    def __init__(self, *args, activity: Activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.activity = activity
        self.fields["take"].widget.attrs["class"] = "form-check-input"
        self.fields["on"].widget.attrs["class"] = "form-control"
        if self["precision"].value() == Precision.MONTH:
            self.fields["on"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        if not data.get("take"):
            self.errors.clear()  # what is not taken is not read
            return data
        on, precision = data.get("on"), data.get("precision")
        if on and precision:
            data["on"] = on = month_end(on) if precision == Precision.MONTH else on
            if not self.activity.outside_plan and (why := outside(self.activity.plan, on, precision)):
                self.add_error("on", why)
        return data


class BaseDatesFormSet(forms.BaseFormSet):
    """`kept`: the spaces that the activity already has."""

    def __init__(self, *args, kept: list[Session], **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean(self):
        taken = {(session.planned_on, session.planned_precision) for session in self.kept}
        seen = set()
        for form in self.forms:
            data = form.cleaned_data if form.is_valid() else {}
            key = data.get("on"), data.get("precision")
            if not data.get("take"):
                continue
            if key in taken:
                form.add_error("on", gettext("La actividad ya tiene un espacio en esa fecha."))
            elif key in seen:
                form.add_error("on", gettext("Esa fecha está dos veces: quite una."))
            seen.add(key)
        if not seen and not any(self.errors):
            raise forms.ValidationError(gettext("Marque al menos una fecha."))

    @property
    def dates(self) -> list[tuple[date, str]]:
        rows = [form.cleaned_data for form in self.forms]
        return [(row["on"], row["precision"]) for row in rows if row.get("take")]


DatesFormSet = forms.formset_factory(
    DateForm, formset=BaseDatesFormSet, extra=0, max_num=MOST, validate_max=True, absolute_max=MOST + 1
)
