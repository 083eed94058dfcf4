"""How two ways of doing the same are compared, and the lines of the table."""

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
# SQLite works inside this process, so its seconds are those of the processor; with a server they are the clock's.
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
    """Median seconds of each way, and median over the rounds of the first one's ratio to each in the same round.

    A round runs every way once, there and back in turn: a busy machine slows them alike and none has a better place.
    """
    taken: list[list[float]] = [[] for _way in ways]
    for number in range(2 if QUICK else rounds):
        for at in range(len(ways))[:: -1 if number % 2 else 1]:
            taken[at].append((take or timed)(ways[at]))
    return [median(one) for one in taken], [median(map(float.__truediv__, taken[0], one)) for one in taken]


def timed(way: Callable, clock: Callable[[], float] = CLOCK) -> float:
    """Seconds of one run."""
    gc.collect()
    began = clock()
    way()
    return clock() - began


def in_child(way: Callable) -> float:
    """The processor's seconds of one run in a process of its own: a large heap left by another would slow it."""
    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, str(timed(way, time.process_time)).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return float(told)


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def at_most(goal: float, work: str, against: str, ours: float, baseline: float, ratio: float, spare: float = 0) -> Row:
    """Met by a ratio up to `goal`, or by `spare` seconds over the baseline."""
    words = f"≤ {goal}" + (f" or + {spare * 1000:.0f} ms" if spare else "")
    met = ratio <= goal or 0 < spare >= ours - baseline
    return Row(work, against, seconds(ours), seconds(baseline), f"{ratio:.2f}", words, met)


def at_least(goal: float, work: str, against: str, ours: float, baseline: float, ratio: float) -> Row:
    """The same in work done a second: met by a share of the baseline's speed."""
    share = 1 / ratio
    return Row(work, against, seconds(ours), seconds(baseline), f"{share:.2f} of its speed", f"≥ {goal}", share >= goal)
