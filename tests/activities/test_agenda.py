"""What waits to be reported, by whom."""

from datetime import date

from django.urls import reverse

from activities.agenda import to_report
from tests.factories import make_activity, make_dependency, make_session

TODAY = date(2026, 4, 1)


def test_to_report_is_all_for_a_planner_and_ones_own_for_a_head(entity, plan, dependency, planner, head, control):
    mine = make_session(make_activity(plan, dependency))
    others = make_session(make_activity(plan, make_dependency(entity)), date(2026, 2, 2))
    make_session(make_activity(plan, dependency), date(2026, 5, 5))
    assert list(to_report(plan, planner, TODAY)) == [others, mine]
    assert list(to_report(plan, head, TODAY)) == [mine]
    assert list(to_report(plan, control, TODAY)) == []


def test_reported_session_leads_to_the_next_one(client, plan, dependency, head):
    activity = make_activity(plan, dependency)
    told = make_session(activity, executed_units=1, held_on=date(2026, 3, 16))
    waiting = make_session(activity, date(2026, 3, 17))
    client.force_login(head)

    def page(session):
        return client.get(reverse("activities:session_detail", args=[plan.entity.slug, plan.slug, session.pk]))

    assert page(told).context["next_to_report"] == waiting
    assert page(waiting).context["next_to_report"] is None
