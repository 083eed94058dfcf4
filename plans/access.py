"""The plan of an address, for those who may."""

from django.shortcuts import get_object_or_404

from accounts.permissions import Permission, entity_or_404
from plans.models import Plan


def plan_or_404(request, entity_slug: str, plan_slug: str, permission: Permission = Permission.READ) -> Plan:
    """The plan of the address, its entity at hand, if this person may do `permission` in the entity.

    Raises Http404 for outsiders and PermissionDenied for insiders without the right.
    """
    entity = entity_or_404(request, entity_slug, permission)
    plan = get_object_or_404(Plan, entity=entity, slug=plan_slug)
    plan.entity = entity
    return plan
