"""The approved versions of a plan: read one, compare two."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from display.lists import paginate
from plans import versions
from plans.access import plan_or_404
from plans.models import Plan
from plans.versions import Fact


@dataclass(frozen=True)
class FrozenActivity:
    """An activity of a version; each session is one line of text."""

    name: str
    facts: list[Fact]
    sessions: list[str]


@require_safe
def version_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    rows = plan.versions.defer("snapshot").select_related("by")
    page = paginate(request, rows)
    numbers = list(plan.versions.values_list("number", flat=True))
    return render(request, "plans/versions.html", {"plan": plan, "page": page, "numbers": numbers})


@require_safe
def version_detail(request, entity_slug, plan_slug, number):
    plan = plan_or_404(request, entity_slug, plan_slug)
    version = get_object_or_404(plan.versions.select_related("by"), number=number)
    content = version.snapshot
    page = paginate(request, content["activities"])
    context = {
        "plan": plan,
        "version": version,
        "content": content,
        "facts": versions.facts(Plan, content["plan"]),
        "phases": [versions.phase_name(row) for row in content["phases"]],
        "page": page,
        "activities": [read(row) for row in page],
        "n_sessions": sum(len(row["sessions"]) for row in content["activities"]),
    }
    return render(request, "plans/version_detail.html", context)


def read(row: dict) -> FrozenActivity:
    return FrozenActivity(
        name=versions.activity_name(row),
        facts=versions.activity_facts(row),
        sessions=[versions.session_line(session) for session in row["sessions"]],
    )


@require_safe
def version_compare(request, entity_slug, plan_slug):
    """Query string: `de` and `a`, numbers of versions in any order; the last two by default."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    numbers = list(plan.versions.values_list("number", flat=True))  # newest first
    if len(numbers) < 2:
        return render(request, "plans/version_compare.html", {"plan": plan, "numbers": numbers})

    choices = {str(number): number for number in numbers}
    pair = sorted((choices.get(request.GET.get("de"), numbers[1]), choices.get(request.GET.get("a"), numbers[0])))
    by_number = {version.number: version for version in plan.versions.filter(number__in=pair).select_related("by")}
    older, newer = (by_number[number] for number in pair)
    context = {
        "plan": plan,
        "numbers": numbers,
        "older": older,
        "newer": newer,
        "differences": versions.compare(older.snapshot, newer.snapshot),
    }
    return render(request, "plans/version_compare.html", context)
