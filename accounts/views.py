"""Staff pages about who: the entities one works in."""

from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def panel(request):
    """The entities in which this person has a role, with their roles."""
    memberships = request.user.memberships.select_related("entity", "dependency").order_by("entity__name", "role")
    return render(request, "accounts/panel.html", {"memberships": memberships})
