"""The metrics of an activity: new, changed, deleted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from activities import actions
from activities.access import activity_or_404, metric_or_404
from activities.forms.metric import MetricForm
from activities.metrics import CATALOGUE
from activities.models import Metric
from plans.access import plan_or_404
from records import sources
from records.forms import attempt
from records.refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
def metric_create(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    activity = activity_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, activity)
    return edit(request, Metric(activity=activity))


@require_http_methods(["GET", "HEAD", "POST"])
def metric_update(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    metric = metric_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, metric)
    return edit(request, metric)


def edit(request, metric: Metric) -> HttpResponse:
    name = metric.name  # before the form, which writes what was typed on the instance
    form = MetricForm(request.POST or None, instance=metric)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.save_metric(metric=metric, by=request.user, seen=form.seen))
    ):
        messages.success(request, _("Se guardó la métrica."))
        return redirect(metric.activity)
    context = {
        "plan": metric.activity.plan,
        "activity": metric.activity,
        "metric": metric,
        "name": name,
        "form": form,
        "sources": sources.of(metric) if metric.pk else [],
        "suggestions": [measure.label for measure in CATALOGUE.values()],
    }
    return render(request, "activities/metric_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def metric_delete(request, entity_slug, plan_slug, pk):
    plan = plan_or_404(request, entity_slug, plan_slug)
    metric = metric_or_404(plan, pk)
    require(request.user, Permission.REPORT_SESSION, metric)
    if request.method == "POST":
        try:
            actions.delete_metric(metric=metric, by=request.user)
        except ValidationError as error:
            return refuse(request, error, metric.activity)
        messages.success(request, _("Se eliminó la métrica."))
        return redirect(metric.activity)
    return render(request, "activities/metric_delete.html", {"plan": plan, "metric": metric})
