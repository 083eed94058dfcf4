"""The approved versions of a plan: read one, compare two, or the last one with what is written now."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from display.lists import paginate
from plans import compared, versions
from plans.access import plan_or_404

NOW = "ahora"  # what is written, in the query of a comparison


@dataclass(frozen=True)
class Written:
    """The plan as it stands, beside its versions."""

    snapshot: dict
    number: int | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        return _("Lo que está escrito ahora")


@require_safe
def version_list(request, entity_slug, plan_slug):
    plan = plan_or_404(request, entity_slug, plan_slug)
    rows = plan.versions.defer("snapshot").select_related("by")
    page = paginate(request, rows)
    numbers = list(plan.versions.values_list("number", flat=True))
    context = {"plan": plan, "page": page, "numbers": numbers, "has_draft": not plan.is_approved and bool(numbers)}
    return render(request, "plans/versions.html", context)


@require_safe
def version_detail(request, entity_slug, plan_slug, number):
    plan = plan_or_404(request, entity_slug, plan_slug)
    version = get_object_or_404(plan.versions.select_related("by"), number=number)
    page = paginate(request, version.snapshot["activities"])
    context = {
        "plan": plan,
        "version": version,
        **compared.content(version.snapshot),
        "signatories": version.snapshot.get("signatories", []),
        "page": page,
        "activities": [compared.activity(row) for row in page],
    }
    return render(request, "plans/version_detail.html", context)


@require_safe
def version_compare(request, entity_slug, plan_slug):
    """Query string: `de` and `a`, numbers of versions in any order, or «ahora» for a plan that is being written; by
    default the last two, of which what is written now may be one."""
    plan = plan_or_404(request, entity_slug, plan_slug)
    numbers = list(plan.versions.values_list("number", flat=True))  # newest first
    choices = [*([NOW] if not plan.is_approved and numbers else []), *map(str, numbers)]
    context = {"plan": plan, "numbers": numbers, "has_draft": NOW in choices}
    if len(choices) < 2:
        return render(request, "plans/version_compare.html", context)

    older, newer = compared.chosen(request.GET, choices)
    wanted = [int(one) for one in (older, newer) if one != NOW]
    by_number = {str(version.number): version for version in plan.versions.filter(number__in=wanted)}
    if NOW in (older, newer):
        by_number[NOW] = Written(versions.snapshot(plan))
    differences = versions.compare(by_number[older].snapshot, by_number[newer].snapshot)
    page = paginate(request, compared.rows(differences))
    context |= {
        "older": by_number[older],
        "newer": by_number[newer],
        "chosen": (older, newer),
        "counts": compared.counts(differences),
        "page": page,
        "kinds": compared.by_kind(page),
    }
    return render(request, "plans/version_compare.html", context)
