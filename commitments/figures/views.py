"""Staff pages of promises together: the board, the balance of any days, an instance over the years."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.filters import DependencyFilter
from accounts.permissions import Permission, may
from commitments import balance, tables
from commitments.balance import Balance, Counts
from commitments.board import columns_of, is_first_look
from commitments.figures.forms import BalanceForm
from commitments.filters import CommitmentFilter
from commitments.models import Commitment
from commitments.standing import Standing
from display import charts, figures, palette
from display.charts import Bar
from display.datasets import as_csv, of_table
from display.dates import span
from display.lists import paginate
from display.tables import Table
from plans.access import plan_or_404
from plans.models import MOST_YEARS, Plan


@require_safe
def commitment_board(request, entity_slug, plan_slug):
    """As they stand today, by what the list is filtered by; heads begin with their own."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    if is_first_look(request, plan):
        return redirect(f"{request.path}?dependency={DependencyFilter.MINE}")
    today = timezone.localdate()
    rows = plan.commitments.all()
    filters = CommitmentFilter(request.GET, queryset=rows, request=request, plan=plan, today=today)
    columns = columns_of(filters.qs, plan, request.user, today)
    context = {
        "plan": plan,
        "filters": filters,
        "shortcuts": filters.shortcuts(),
        "columns": columns,
        "total": sum(column.total for column in columns),
        "today": today,
        "can_add": may(request.user, Permission.RECORD_COMMITMENT, plan),
    }
    return render(request, "commitments/commitment_board.html", context)


@require_safe
def commitment_balance(request, entity_slug, plan_slug):
    """The balance of any days of a plan, each figure with the way to its rows; its tables and its chart as files."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    form = BalanceForm(request.GET, plan=plan, today=timezone.localdate())
    since, on = form.chosen
    found = balance.of(plan.commitments.all(), on, since)
    door = _doors(plan, since, on)
    drawn = _tables(plan, found, on, door)
    name = f"{plan.slug}-compromisos-{since:%Y-%m-%d}-{on:%Y-%m-%d}"
    asked = request.GET.get("formato")
    if asked == "svg":
        colours = palette.derive(plan.entity.primary, plan.entity.secondary)
        return _file(_chart(plan, found, colours).encode(), "image/svg+xml", f"{name}.svg")
    if asked == "csv":
        table = next((each for each in drawn if each.slug == request.GET.get("tabla")), drawn[0])
        return _file(as_csv(of_table(table)), "text/csv; charset=utf-8", f"{name}-{table.slug}.csv")
    context = {
        "plan": plan,
        "form": form,
        "found": found,
        "door": {figure: door(figure=figure.value) for figure in balance.Figure},
        "overdue_url": door(standing=Standing.OVERDUE.value),
        "fulfilment": tables.fulfilment(found),
        "since": since,
        "on": on,
        "period": span(since, on),
        "tables": [table for table in drawn if table],
        "chart": _chart(plan, found, palette.PAGE) if found.due else "",
        "instances": [one.instance for one in found.instances if one.instance],
    }
    return render(request, "commitments/commitment_balance.html", context)


def _doors(plan: Plan, since: date, on: date) -> Callable[..., str]:
    """To the rows of a figure: the list, filtered by the same days."""
    address = reverse("commitments:commitment_list", args=[plan.entity.slug, plan.slug])
    days = {"since": f"{since}", "on": f"{on}"}
    return lambda **filters: f"{address}?{urlencode({**filters, **days})}"


def _tables(plan: Plan, found: Balance, on: date, door: Callable[..., str]) -> list[Table]:
    rows = plan.commitments.all()
    dependencies = ((part.name, part.counts, {"unit": part.code}) for part in balance.by_dependency(rows, on))
    groups = ((part.name, part.counts, {"group": part.code}) for part in balance.by_group(rows, on))
    return [
        tables.kept_table(found, door),
        tables.age_table(found.ages, door),
        tables.due_table(found, door),
        tables.month_table(found, door),
        _parts(dependencies, _("Por dependencia que responde"), _("Dependencia"), door, "dependencias"),
        _parts(groups, _("Por grupo con el que se adquirieron"), _("Grupo"), door, "grupos"),
    ]


def _parts(parts: Iterable[tuple[str, Counts, dict]], title: str, head: str, door, slug: str) -> Table:
    return tables.part_table(parts, title, head, door, slug=slug)


def _chart(plan: Plan, found: Balance, colours: palette.Palette) -> str:
    """Of what was due in each instance, what was kept."""
    bars = [_bar(one.instance, one) for one in found.instances if one.due]
    words = {
        charts.COMPLETE: _("Se cumplió todo lo que vencía"),
        charts.EXPLAINED: _("Se cerró sin cumplir, o vence hoy"),
        charts.UNEXPLAINED: _("Hay vencidos"),
    }
    used = {bar.state for bar in bars}
    legend = [(state, text) for state, text in words.items() if state in used]
    if used - {charts.COMPLETE}:
        legend.append((charts.MISSING, _("Sin cumplir")))
    title = _("%(plan)s: cumplimiento por instancia") % {"plan": plan.title}
    return charts.bars(bars, title=title, colours=colours, legend=legend)


def _bar(instance: str, one: Counts) -> Bar:
    whole = one.fulfilled_due == one.due
    state = charts.COMPLETE if whole else charts.UNEXPLAINED if one.overdue else charts.EXPLAINED
    detail = figures.done_of_total(one.fulfilled_due, one.due)
    return Bar(tables.name_of(instance), one.fulfilment, figures.percent(one.fulfilment), detail, state)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
def instance_detail(request, entity_slug, plan_slug):
    """The promises made in an instance (`?name=`), in all the plans of the entity. One that goes on in the next plan
    is one promise: its last row is told."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    entity = plan.entity
    name, today = request.GET.get("name", ""), timezone.localdate()
    rows = Commitment.objects.filter(plan__entity=entity, instance=name, carried_to=None)
    if not name:  # the balance names them all
        return redirect("commitments:commitment_balance", entity.slug, plan.slug)
    years = list(rows.filter(made_on__isnull=False).dates("made_on", "year"))
    if not (years or rows.exists()):
        raise Http404
    first = max(years[0].year if years else today.year, today.year - MOST_YEARS)
    balances = [
        (str(year), balance.of(rows, min(date(year, 12, 31), today), date(year, 1, 1)), "")
        for year in range(first, today.year + 1)
    ]
    listed = rows.select_related("plan__entity", "carried_from__plan").prefetch_related("responsible")
    page = paginate(request, listed.order_by("-plan__starts_on", "due_on", "pk"))
    page.object_list = page.object_list.at(today)
    plans = {row.commitment.plan_id: row.commitment.plan for row in page.object_list}
    context = {
        "plan": plan,
        "name": name,
        "found": balances[-1][1],
        "fulfilment": tables.fulfilment(balances[-1][1]),
        "years": tables.flow_table(balances, _("Año")),
        "page": page,
        "groups": [
            (each, [row for row in page.object_list if row.commitment.plan_id == pk]) for pk, each in plans.items()
        ],
        "today": today,
    }
    return render(request, "commitments/instance_detail.html", context)
