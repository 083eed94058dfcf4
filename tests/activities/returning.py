"""A plan with what a dependency leads, and its monthly returns."""

from datetime import date

from activities.models import MonthlyReturn
from activities.returns import actions, opening
from plans.models import Plan

MARCH, APRIL_10 = date(2026, 3, 31), date(2026, 4, 10)


def approve(plan: Plan, on: date = date(2026, 1, 31)) -> Plan:
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.APPROVED, approved_on=on)
    plan.refresh_from_db()
    return plan


def return_of(plan: Plan, dependency, month: date = MARCH, on: date = APRIL_10) -> MonthlyReturn:
    opening.open_returns(plan, on)
    monthly = MonthlyReturn.objects.select_related("dependency").get(plan=plan, dependency=dependency, month=month)
    monthly.plan = plan
    return monthly


def accepted(plan: Plan, dependency, *, head, planner, month: date = MARCH, on: date = APRIL_10) -> MonthlyReturn:
    monthly = return_of(plan, dependency, month, on)
    actions.submit(monthly=monthly, by=head, on=on)
    return actions.accept(monthly=monthly, by=planner, on=on)
