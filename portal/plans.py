"""The plan of a public address."""

from django.shortcuts import get_object_or_404

from plans.models import Plan


def public_plan(entity_slug: str, plan_slug: str) -> Plan:
    """With its entity. Http404 for one that is not public."""
    plans = Plan.objects.public().select_related("entity")
    return get_object_or_404(plans, entity__slug=entity_slug, slug=plan_slug)
