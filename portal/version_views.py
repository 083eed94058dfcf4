"""The versions of a public plan: all of them, one, and two compared. Who signed is told; why and by whom inside the
entity, is not."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import conditional_page, require_safe

from display.lists import paginate
from plans import compared, versions
from portal.plans import public_plan
from records import sign_offs


@require_safe
@login_not_required
@conditional_page
def version_list(request, entity_slug, plan_slug):
    plan = public_plan(entity_slug, plan_slug)
    page = paginate(request, plan.versions.defer("snapshot"))
    numbers = list(plan.versions.values_list("number", flat=True))
    return render(
        request, "portal/versions.html", {"entity": plan.entity, "plan": plan, "page": page, "numbers": numbers}
    )


@require_safe
@login_not_required
@conditional_page
def version_detail(request, entity_slug, plan_slug, number):
    plan = public_plan(entity_slug, plan_slug)
    version = get_object_or_404(plan.versions, number=number)
    page = paginate(request, version.snapshot["activities"])
    context = {
        "entity": plan.entity,
        "plan": plan,
        "version": version,
        "signatures": sign_offs.standing(version),
        **compared.content(version.snapshot),
        "page": page,
        "activities": [compared.activity(row) for row in page],
    }
    return render(request, "portal/version_detail.html", context)


@require_safe
@login_not_required
@conditional_page
def version_compare(request, entity_slug, plan_slug):
    """Query string: `de` and `a`, numbers of versions in any order; by default the last two."""
    plan = public_plan(entity_slug, plan_slug)
    numbers = list(plan.versions.values_list("number", flat=True))  # newest first
    context = {"entity": plan.entity, "plan": plan, "numbers": numbers}
    if len(numbers) > 1:
        pair = compared.chosen(request.GET, [str(number) for number in numbers])
        by_number = {str(version.number): version for version in plan.versions.filter(number__in=pair)}
        older, newer = (by_number[number] for number in pair)
        differences = versions.compare(*(compared.without_signatories(each.snapshot) for each in (older, newer)))
        page = paginate(request, compared.rows(differences))
        context |= {"older": older, "newer": newer, "chosen": pair, "page": page, "kinds": compared.by_kind(page)}
        context["counts"] = compared.counts(differences)
    return render(request, "portal/version_compare.html", context)
