"""What was promised to citizens and what became of it at the cut-off; in a report of some days, theirs apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date

import msgspec
from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.balance import Balance
from commitments.models import Commitment, FollowUp
from commitments.standing import Standing, closed_between, made, made_before
from display import dates
from display.datasets import Dataset, Field, of_rows, word
from display.dates import Precision
from reports.scope import Scope
from reports.sections import Section, Text
from reports.sections.commitments import view


class Followed(msgspec.Struct, frozen=True, gc=False):
    on: date
    progress: int  # percent
    done: str


class Item(msgspec.Struct, frozen=True, gc=False):
    """At the cut-off: what happened after it is not here, but for the last day on which an undated one was closed."""

    code: str
    text: str
    instance: str
    responsible: str
    made: str  # "julio de 2020"; "" when nobody wrote it
    due_on: date  # in force at the cut-off
    closed_on: date | None
    closed_until: date | None  # closed on an unknown day, at the latest then
    standing: str  # a Standing
    state: str  # what somebody wrote of it: "Verificado con la ciudadanía", "No viable"; "" while it is open
    reason: str  # of those closed without being fulfilled
    days_overdue: int
    is_due_today: bool  # the deadline is the cut-off
    made_in_period: bool
    closed_in_period: bool
    follow_ups: tuple[Followed, ...]  # until the cut-off, newest first
    promised_for: date | None = None  # the deadline that was told first, when an extension granted by then moved it


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Balance):
    """The balance at the cut-off, since the start of the report's days, and every commitment that it counts."""

    items: tuple[Item, ...]


def collect(scope: Scope) -> Facts:
    counted = {field.name: getattr(scope.balance, field.name) for field in fields(Balance)}
    return Facts(**counted, items=_items(scope))


def _items(scope: Scope) -> tuple[Item, ...]:
    # Names and follow-ups in a query each: joined, they would multiply rows.
    names, followed = defaultdict(list), defaultdict(list)
    answering = Commitment.responsible.through.objects.filter(commitment__plan=scope.plan)
    for pk, name in answering.order_by("dependency__order", "dependency__name").values_list(
        "commitment", "dependency__name"
    ):
        names[pk].append(name)
    told = FollowUp.objects.filter(commitment__plan=scope.plan, on__lte=scope.cutoff)
    for pk, on, progress, done in told.values_list("commitment", "on", "progress", "done"):
        followed[pk].append(Followed(on, progress, _line(done)))
    in_period = {
        "made_in_period": made(scope.until) & ~made_before(scope.first),
        "closed_in_period": closed_between(scope.first, scope.until),
    }
    flags = {name: ExpressionWrapper(condition, BooleanField()) for name, condition in in_period.items()}
    commitments = scope.commitments.filter(made(scope.cutoff)).annotate(**flags).order_by("pk")
    commitments = commitments.prefetch_related("extensions")
    everybody, items = _("Todas las dependencias"), []
    for commitment in commitments:
        responsible = "; ".join([everybody] * commitment.all_dependencies + names[commitment.pk])
        items.append(_item(commitment, scope.cutoff, responsible, followed[commitment.pk]))
    return tuple(items)


def _item(commitment: Commitment, cutoff: date, responsible: str, followed: list[Followed]) -> Item:
    row = commitment.at(cutoff)
    is_closed = row.standing in (Standing.FULFILLED, Standing.CLOSED)
    is_over = is_closed or row.standing == Standing.UNDATED
    return Item(
        code=commitment.code,
        text=_line(commitment.text),
        instance=commitment.instance,
        responsible=responsible,
        made=_made(commitment),
        due_on=row.due_on,
        closed_on=commitment.closed_on if is_closed else None,
        closed_until=commitment.closed_until,
        standing=str(row.standing),
        state=_state(commitment, cutoff) if is_over else "",
        reason=_line(commitment.reason) if is_over else "",
        days_overdue=row.days_overdue,
        is_due_today=row.is_due_today,
        made_in_period=bool(commitment.made_in_period),
        closed_in_period=bool(commitment.closed_in_period),
        follow_ups=tuple(followed),
        promised_for=commitment.promised_for if commitment.promised_for != row.due_on else None,
    )


def _made(commitment: Commitment) -> str:
    if not commitment.made_on:
        return ""
    is_month = commitment.made_precision == Precision.MONTH
    return dates.month(commitment.made_on) if is_month else dates.short_day(commitment.made_on)


def _state(commitment: Commitment, cutoff: date) -> str:
    """Of a closed one. The states of one that is open have no day: which it had at the cut-off nobody wrote."""
    states = Commitment.State
    if commitment.state == states.CARRIED_OVER:
        return _("Pasa a la vigencia %(year)s") % {"year": commitment.carried_to_year}
    if commitment.state == states.VERIFIED and commitment.verified_on > cutoff:
        return str(states.REPORTED_DONE.label)
    return str(states(commitment.state).label)


def _line(text: str) -> str:
    return " ".join(text.split())


def datasets(facts: Facts) -> list[Dataset]:
    fields = (
        ("n", "compromiso_numero", _("Lugar en esta lista, desde 1.")),
        ("code", "codigo", ""),
        ("text", "compromiso", ""),
        ("instance", "instancia", ""),
        ("responsible", "responsable", ""),
        ("made", "adquirido", _("Vacío: nadie escribió la fecha.")),
        ("due_on", "plazo", _("El que regía al corte.")),
        ("promised_for", "plazo_inicial", _("Vacío: el plazo no cambió.")),
        ("closed_on", "cerrado_el", ""),
        ("closed_until", "cerrado_a_mas_tardar", _("Se cerró un día que nadie escribió, a más tardar ese.")),
        (word("standing", Standing), "situacion", _("Al corte.")),
        ("state", "estado", _("Lo que se escribió al cerrarlo.")),
        ("reason", "motivo", _("De los que se cerraron sin cumplir.")),
        ("days_overdue", "dias_de_vencido", ""),
    )
    followed = [
        (at, follow_up.on, follow_up.progress, follow_up.done)
        for at, item in enumerate(facts.items, 1)
        for follow_up in item.follow_ups
    ]
    counts = (
        ("instance", "instancia", _("Vacío: sin instancia.")),
        (lambda row: f"{row.month:%Y-%m}" if row.month else None, "mes", _("En que se adquirieron.")),
        ("made", "adquiridos", ""),
        ("fulfilled", "cumplidos", ""),
        ("overdue", "vencidos", ""),
        ("open", "en_plazo", ""),
        ("undated", "cerrados_sin_fecha", _("En un día que nadie registró, que pudo ser después del corte.")),
        ("closed", "cerrados_sin_cumplir", ""),
        ("kept_on_time", "cumplidos_a_tiempo", _("Contra el plazo que regía al corte.")),
        ("kept_late", "cumplidos_despues", _("Contra el plazo que regía al corte.")),
        ("kept_as_promised", "cumplidos_en_el_primer_plazo", _("Contra el que se dijo al adquirirlo.")),
        ("kept_unknown", "cumplidos_sin_fecha", ""),
    )
    return [
        of_rows("compromisos", _("Los compromisos con la ciudadanía, al corte"), facts.items, fields),
        of_rows("compromisos-por-mes", _("Los compromisos por instancia y mes, al corte"), facts.months, counts),
        Dataset(
            "seguimientos",
            _("Los seguimientos de los compromisos"),
            (
                Field("compromiso_numero", _("Lugar del compromiso en la lista «compromisos».")),
                Field("fecha", ""),
                Field("avance", _("Por ciento.")),
                Field("que_se_hizo", ""),
            ),
            followed,
        ),
    ]


SECTION = Section(
    slug="compromisos",
    title=gettext_lazy("Balance de compromisos"),
    facts=Facts,
    collect=collect,
    view=view.view,
    tokens=view.tokens,
    datasets=datasets,
    is_present=lambda facts, texts: bool(facts.made or texts.get("commitments")),
    suggest=view.suggestions,
    texts=(
        Text(
            "commitments",
            gettext_lazy("Compromisos"),
            gettext_lazy("Qué falta para cumplir los que siguen abiertos o vencidos."),
        ),
    ),
)
