"""`make bench`: prints each row of the table as it is measured, and writes docs/benchmarks.md.

On PostgreSQL the file is docs/benchmarks-postgresql.md. `--quick` uses small sizes and two rounds, and writes no file.
"""

import os
import platform
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import django
import weasyprint
from django.db import connection

from tools.bench import pages, photographs, reports, saving, spreadsheets, totals
from tools.bench.measure import QUICK, Row
from tools.bench.scratch import plan_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
SQLITE = connection.vendor == "sqlite"
HEAD = """# Speed, as ratios

Written by `make bench` on {today:%Y-%m-%d}: {cores} cores, Python {python}, Django {django}, WeasyPrint {engine},
{database}; load of the machine at the end {load:.1f}. Ours and its baseline run in turn in one run, and a ratio is the
median of the rounds' own ratios: what is within 5 % is no difference. Seconds are {clock} and only for orientation.

The facts of a report keep every row that its pages print (10,000 activities: 70,000 spaces and 350,000 attendances by
group); beside them stands SQL written by hand that reads the same rows into tuples, and equals them value by value.

{met} of {all} goals met. Not measured yet: reports in sections, cached public pages, tasks, memory.

| work | against | ours | baseline | ratio | goal | met |
|---|---|---|---|---|---|---|
"""


def measured() -> Iterator[Row]:
    yield from reports.rows()
    yield from photographs.rows()
    small, large = plan_of("small", 200), plan_of("large", 1_000 if QUICK else 10_000)
    yield from totals.rows(large)
    yield from pages.rows(small, large)
    yield from saving.rows(small, 1_000 if QUICK else 10_000)
    yield from spreadsheets.rows(1_000 if QUICK else 10_000)
    yield from spreadsheets.export(small)


def line(row: Row) -> str:
    return f"| {' | '.join(row[:-1])} | {'yes' if row.met else '**no**'} |\n"


def table(rows: list[Row]) -> str:
    head = HEAD.format(
        today=date.fromtimestamp(time.time()),
        cores=os.cpu_count(),
        python=platform.python_version(),
        django=django.__version__,
        engine=weasyprint.__version__,
        database=f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}",
        load=os.getloadavg()[1],
        clock="the processor's" if SQLITE else "the clock's (the processor's for reports)",
        met=sum(row.met for row in rows),
        all=len(rows),
    )
    return head + "".join(map(line, rows))


def main() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        rows = []
        for row in measured():
            print(line(row), end="", flush=True)
            rows.append(row)
        print(f"\n{table(rows)}")
        if not QUICK:
            name = "benchmarks.md" if SQLITE else "benchmarks-postgresql.md"
            (DOCS / name).write_text(table(rows))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
