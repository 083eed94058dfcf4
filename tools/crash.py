"""Kills workers, Redis and PostgreSQL while twenty reports are published, and says what became of them (`make crash`).

Two entities publish ten reports each, between two workers, on a private PostgreSQL and a private Redis that keeps
nothing. Each of VICTIMS in turn is killed (SIGKILL) while a report is rendered, and comes back after AWAY seconds.
Ends with an error unless each report is published once, with consecutive numbers and the file that was stored.
"""

import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import gate

VICTIMS = ("worker", "redis", "postgresql", "worker", "postgresql", "redis", "worker")
AWAY = 3  # seconds
LIMIT = 300
CELERY = ("-W", "ignore:You're running the worker with superuser", "-m", "celery", "--quiet", "--app=config")


class Server:
    """A server that can be killed and started again on the same data and port."""

    def __init__(self, make, folder: Path):
        self.folder = folder
        self.command, self.ready, self.address = make(folder)
        self.start()

    def start(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            with (self.folder / "log").open("a") as log:
                self.process = subprocess.Popen(
                    self.command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
                )
            while self.process.poll() is None:
                if not subprocess.run(self.ready, cwd=self.folder, capture_output=True).returncode:
                    return
                time.sleep(0.1)
            if time.monotonic() > deadline:
                sys.exit(f"FAILED: {self.folder.name} does not start.\n{(self.folder / 'log').read_text()}")
            time.sleep(0.3)  # what the killed one left still ends

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        time.sleep(AWAY)
        self.start()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # of PostgreSQL: without waiting for who is connected
        self.process.wait()


def publish_while_killing(servers: dict[str, Server], scratch: Path) -> None:
    # Django reads its settings from the environment that `main` has written.
    from django.db import DatabaseError, InterfaceError, connection

    from demo.management.commands.serve import Supervised, kill_group, stop
    from records import jobs
    from records.models import Job

    began, chance, killed, looked = time.monotonic(), random.Random(20), [], 0.0

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {text}", flush=True)

    entities = ask()
    running = [
        Supervised("worker", *CELERY, "worker", "--concurrency=1", "--loglevel=CRITICAL", f"--hostname={name}@%h")
        for name in ("one", "two")
    ]
    running.append(Supervised("beat", *CELERY, "beat", "--loglevel=CRITICAL", f"--pidfile={scratch}/beat.pid"))
    try:
        while True:
            for process in running:
                process.watch(say)
            try:
                if time.monotonic() - looked > 2:  # as people who look at the page of their report
                    for job in Job.objects.filter(state__in=["queued", "running"]):
                        jobs.watch(job)
                    looked = time.monotonic()
                states = list(Job.objects.values_list("state", flat=True))
            except (DatabaseError, InterfaceError):
                connection.close()
                continue
            if not {"queued", "running"} & set(states):
                break
            if time.monotonic() - began > LIMIT:
                sys.exit(f"FAILED: after {LIMIT} seconds {states}")
            if len(killed) < len(VICTIMS) and states.count("done") >= 2 * len(killed) and "running" in states:
                time.sleep(chance.uniform(0, 2))
                name = VICTIMS[len(killed)]
                say(f"{name} is killed; {states.count('done')} published, {states.count('running')} being rendered")
                if name == "worker":
                    kill_group(running[len(killed) % 2].process)
                else:
                    servers[name].kill()
                    connection.close()
                killed.append(name)
            time.sleep(0.1)
        say(f"over; killed: {', '.join(killed)}")
    finally:
        stop(*(process.process for process in running))
    check(entities)
    connection.close()


def ask() -> list[list]:
    """Asks for ten publications of each of two entities."""
    from reports import actions
    from tests.factories import make_dependency, make_entity, make_plan
    from tests.reports.reporting import approve, fill

    entities, months = [], [f"2026-{month:02d}" for month in range(1, 11)]
    for slug in ("una", "otra"):
        entity = make_entity(slug)
        plan = approve(fill(make_plan(entity), make_dependency(entity), activities=120))
        entities.append([actions.start_report(plan=plan, kind="monthly", period=one, by=None) for one in months])
    for each in zip(*entities, strict=True):
        for report in each:
            actions.request_render(report=report, kind=actions.PUBLISH, by=None)
    return entities


def check(entities: list[list]) -> None:
    from django.utils import timezone

    from accounts.models import AuditEntry
    from records import files
    from records.models import Job

    wrong = [f"{job}: {job.state} {job.error}" for job in Job.objects.exclude(state="done")]
    for reports in entities:
        for report in reports:
            report.refresh_from_db()
            if not (report.file and files.is_intact(report.file) and report.file.sha256 == report.pdf_sha256):
                wrong.append(f"{report}: its file is not what was stored")
        numbers = sorted(report.number for report in reports)
        if numbers != [f"{timezone.localdate().year}-{number:03d}" for number in range(1, 11)]:
            wrong.append(f"numbers {numbers}")
    if (published := AuditEntry.objects.filter(verb="report.publish").count()) != 20:
        wrong.append(f"{published} publications in the audit trail")
    again = sum(Job.objects.values_list("attempt", flat=True)) - 20
    print(f"twenty reports; {again} attempts again, {len(files.orphans())} files without a row")
    if wrong:
        sys.exit("\n".join(["FAILED:", *wrong]))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="convite-crash-") as folder:
        scratch = Path(folder)
        scratch.chmod(0o755)  # the user postgres must traverse it
        servers = {}
        try:
            servers["postgresql"] = Server(gate.cluster, scratch / "postgresql")
            servers["redis"] = Server(gate.queue, scratch / "redis")
            os.environ |= gate.EMBEDDED | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "VAR_DIR": str(scratch / "var"),
                "MEDIA_ROOT": str(scratch / "var" / "media"),
                "DATABASE_URL": servers["postgresql"].address.removesuffix("convite") + "postgres",
                "CELERY_BROKER_URL": servers["redis"].address,
                "SECRET_KEY": secrets.token_urlsafe(50),
                "JOB_LEASE_SECONDS": "10",
                "LOG_LEVEL": "CRITICAL",
            }
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            publish_while_killing(servers, scratch)
        finally:
            for server in servers.values():
                server.stop()


if __name__ == "__main__":
    main()
