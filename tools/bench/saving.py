"""Heads who save their reports while a planner's sheet is previewed: the slowest of them must hardly notice."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

from django.db import connection, connections
from django.urls import reverse

from accounts.models import User
from activities.models import Session
from plans.models import Plan
from sheets.loading.load import load
from sheets.reader import read
from tools.bench.measure import Row, at_most, compare
from tools.bench.pages import post, signed_in
from tools.bench.spreadsheets import spreadsheet

SAVES, AT_ONCE = 200, 8


def rows(plan: Plan, count: int) -> Iterator[Row]:
    content = spreadsheet(count)
    chosen = list(Session.objects.filter(activity__plan=plan, activity__target_kind="").order_by("pk")[:SAVES])
    clients = [signed_in(plan) for _head in range(AT_ONCE)]
    at = [plan.entity.slug, plan.slug]

    def save(n: int) -> float:
        revision = Session.objects.values_list("revision", flat=True).get(pk=chosen[n].pk)
        data = {"held_on": f"{plan.starts_on}", "executed_units": chosen[n].planned_units, "revision": revision}
        began = time.perf_counter()
        post(clients[n % AT_ONCE], reverse("activities:session_update", args=[*at, chosen[n].pk]), data)
        return time.perf_counter() - began

    def slowest() -> float:
        def turn(head: int) -> list[float]:
            try:
                return [save(n) for n in range(head, len(chosen), AT_ONCE)]
            finally:
                connections.close_all()  # each thread has its own

        with ThreadPoolExecutor(AT_ONCE) as heads:
            return max(taken for times in heads.map(turn, range(AT_ONCE)) for taken in times)

    def beside_a_preview() -> float:
        with previewing(plan, content):
            return slowest()

    def take(way: Callable) -> float:
        return way()

    (ours, alone), ratios = compare(5, beside_a_preview, slowest, take=take)
    work = f"Slowest of {SAVES} reports of sessions saved by {AT_ONCE} people during the preview of {count:,} rows"
    yield at_most(2, work, "the same without the preview", ours, alone, ratios[1])


@contextmanager
def previewing(plan: Plan, content: bytes) -> Iterator[None]:
    """Another process previews the sheet, over and over until the block ends."""
    process = multiprocessing.get_context("fork")
    begun, over = process.Event(), process.Event()

    def work() -> None:
        by = User.objects.filter(memberships__entity=plan.entity).first()
        begun.set()
        while not over.is_set():
            matrix = read(BytesIO(content), "plan.xlsx", starts_on=plan.starts_on, ends_on=plan.ends_on)
            load(matrix, plan=plan, by=by, propose=True, dry_run=True)

    connection.close()  # a fork shares no connection
    child = process.Process(target=work)
    child.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        child.kill()
        child.join()
