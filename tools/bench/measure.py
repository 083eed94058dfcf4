"""Comparing two ways of doing the same work, and the rows of the table."""

import gc
import os
import sys
import time
import traceback
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from django.db import connection

QUICK = "--quick" in sys.argv
# SQLite runs in this process, so CPU time covers it; a server does not, so wall time is needed.
CLOCK = time.process_time if connection.vendor == "sqlite" else time.perf_counter


class Row(NamedTuple):
    work: str
    against: str
    ours: str
    baseline: str
    ratio: str
    goal: str
    met: bool


def compare(rounds: int, *ways: Callable, take: Callable[[Callable], float] | None = None) -> tuple[list, list]:
    """(median seconds of each way, median over the rounds of the ratio of the first to each in the same round).

    Each round runs every way once, in alternating order, so that a busy machine or a warm cache favours none.
    """
    taken: list[list[float]] = [[] for _way in ways]
    for number in range(2 if QUICK else rounds):
        for at in range(len(ways))[:: -1 if number % 2 else 1]:
            taken[at].append((take or timed)(ways[at]))
    return [median(times) for times in taken], [median(map(float.__truediv__, taken[0], times)) for times in taken]


def timed(way: Callable, clock: Callable[[], float] = CLOCK) -> float:
    gc.collect()  # no run pays for the garbage of the one before
    began = clock()
    way()
    return clock() - began


def in_child(way: Callable, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds (of CPU by default) of one run in a forked process, since a large heap left by another would slow it."""
    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(timed(way, clock)).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        result = answer.read()
    os.waitpid(child, 0)
    return float(result)


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def at_most(goal: float, work: str, against: str, ours: float, baseline: float, ratio: float, spare: float = 0) -> Row:
    """Met when `ratio` ≤ `goal`, or when ours takes at most `spare` seconds more than the baseline."""
    words = f"≤ {goal}" + (f" or + {spare * 1000:.0f} ms" if spare else "")
    met = ratio <= goal or 0 < spare >= ours - baseline
    return Row(work, against, seconds(ours), seconds(baseline), f"{ratio:.2f}", words, met)


def at_least(goal: float, work: str, against: str, ours: float, baseline: float, ratio: float) -> Row:
    """Met when our speed, the inverse of `ratio`, is at least `goal` of the baseline's."""
    share = 1 / ratio
    return Row(work, against, seconds(ours), seconds(baseline), f"{share:.2f} of its speed", f"≥ {goal}", share >= goal)
