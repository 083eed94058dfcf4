"""Snapshots of plans as they are, for the tests of what they say."""

from datetime import date

from reports import documents, snapshot
from reports.envelope import Snapshot
from reports.models import Report
from tests.factories import make_session

JAN, FEB, MAR, APR, END = (date(2026, m, d) for m, d in ((1, 31), (2, 28), (3, 31), (4, 30), (12, 31)))


def final(plan, cutoff=END, **fields) -> Snapshot:
    period = documents.known()["final"].period_of(plan, None)
    return snapshot.take(Report(plan=plan, kind="final", period=period, cutoff=cutoff, **fields))


def monthly(plan, month, cutoff=None, **fields) -> Snapshot:
    period = f"{month:%Y-%m}"
    cutoff = cutoff or documents.known()["monthly"].cutoff_of(plan, period)
    return snapshot.take(Report(plan=plan, kind="monthly", period=period, cutoff=cutoff, **fields))


def held(activity, on, executed=1, **fields):
    return make_session(activity, on, **{"held_on": on, "executed_units": executed, **fields})


def measure(activity, name, value, first, last, kind="", **fields):
    return activity.metrics.create(
        name=name, kind=kind or name.lower(), value=value, period_from=first, period_to=last, **fields
    )
