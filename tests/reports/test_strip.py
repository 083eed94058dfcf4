"""The months of a plan with the state of their monthly reports."""

from datetime import date

from django.urls import reverse

from reports import strip
from reports.models import Report
from tests.factories import make_plan
from tests.reports.reporting import make_months, make_report


def test_each_month_says_what_became_of_its_report(entity):
    plan = make_plan(entity, starts_on=date(2026, 1, 15), ends_on=date(2026, 6, 30))
    published, corrected = make_months(plan, 2)
    correction = make_report(plan, "monthly", "2026-02", cutoff=date(2026, 2, 28), version=2)
    draft = make_report(plan, "monthly", "2026-03", cutoff=date(2026, 3, 31))
    found = strip.months(plan, date(2026, 5, 31))
    assert [(month.key, month.standing, month.report) for month in found] == [
        ("2026-01", "published", published),
        ("2026-02", "published", corrected),
        ("2026-03", "draft", draft),
        ("2026-04", "missing", None),
        ("2026-05", "to_come", None),  # until its last day is over
        ("2026-06", "to_come", None),
    ]
    assert correction.state == Report.State.DRAFT


def test_missing_one_is_started_with_one_click(client, entity, planner, control):
    plan = make_plan(entity, starts_on=date(2025, 1, 1), ends_on=date(2025, 3, 31))
    address = reverse("reports:report_list", args=[entity.slug, plan.slug])
    client.force_login(control)
    assert 'value="2025-02"' not in client.get(address).content.decode()
    client.force_login(planner)
    assert 'value="2025-02"' in client.get(address).content.decode()
    create = reverse("reports:report_create", args=[entity.slug, plan.slug])
    answer = client.post(create, {"kind": "monthly", "month": "2025-02"})
    assert answer.url == Report.objects.get(period="2025-02").get_absolute_url()
