"""The year of a plan, as months and as a list."""

from itertools import groupby

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import clashes, year
from activities.filters import CalendarFilter
from display.dates import Precision
from display.lists import paginate
from plans.access import plan_or_404

PAGE_SIZE = 60


@require_safe
def calendar(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    today = timezone.localdate()
    windows = {str(first.year): (first, last) for first, last in year.windows(plan)}
    now = str(today.year)
    asked = request.GET.copy()
    asked.setdefault("year", now if now in windows else next(iter(windows)))
    filters = CalendarFilter(asked, queryset=plan.activities.all(), request=request, plan=plan, years=list(windows))
    day = filters.asked("day")
    shown = str(day.year) if day else asked["year"]
    first, last = windows.get(shown) or next(iter(windows.values()))
    spaces = year.spaces_of(filters.qs, first, last)
    clashing = clashes.clashing(plan, first, last)
    if filters.asked("clash"):
        spaces = [space for space in spaces if space.pk in clashing]
    if day:
        spaces = [space for space in spaces if space.on == day and space.precision == Precision.DAY]
    context = {
        "plan": plan,
        "filters": filters,
        "first": first,
        "last": last,
        "count": len(spaces),
        "told": year.told(spaces),
        "clashing": sum(space.pk in clashing for space in spaces),
        "as_list": bool(day) or filters.asked("view") == CalendarFilter.LIST,
    }
    if context["as_list"]:
        page = paginate(request, spaces, PAGE_SIZE)
        found = clashes.clashes_with(plan, {space.pk: space.on for space in page if space.pk in clashing})
        rows = [(space, found.get(space.pk, [])) for space in page]
        by_month = groupby(rows, key=lambda row: row[0].on.replace(day=1))
        context |= {"page": page, "months": [(month, list(own)) for month, own in by_month]}
    else:
        context["months"] = year.months_of(spaces, first, last, clashing=clashing, today=today)
    return render(request, "activities/calendar.html", context)
