"""Runs all checks, then the suite on each database (`make test`).

The suite runs on SQLite with the queue of files (first what drives a browser, then the rest with coverage measured),
then on a private PostgreSQL with a private Redis (what runs on one of them alone: docs/testing.md). Both servers are
started here on free ports in a temporary folder and always stopped. The first failure ends the run. `--lint` runs the
checks alone.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = (sys.executable, "-m")
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Complete, so that neither a .env nor the caller's shell changes what is tested.
EMBEDDED = {
    "DEBUG": "False",
    "SITE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "CELERY_BROKER_URL": "filesystem://localhost",
    "EMAIL_URL": "consolemail://",
}
PRODUCTION = {
    "SITE_URL": "https://participacion.example.org",
    "EMAIL_URL": "smtp+tls://convite:clave@correo.example.org:587",
    "ALLOWED_HOSTS": "participacion.example.org",
    "CELERY_BROKER_URL": "redis://localhost:6379/0",
    "DATABASE_URL": "postgres://convite@localhost/convite",
}
CHECKS = [
    ("Python: style and likely bugs", (*PYTHON, "ruff", "check", "--output-format=concise", "."), {}),
    ("Python: format", (*PYTHON, "ruff", "format", "--check", "."), {}),
    ("Templates: lint", (*PYTHON, "djlint", "--lint", "templates", "reports/sections"), {}),
    ("Templates: format", (*PYTHON, "djlint", "--check", "templates", "reports/sections"), {}),
    ("Imports run one way", (str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"), {}),
    ("Migrations say what the models say", (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"), {}),
    ("Deployment", (sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
]
# One more than there are processors, for each waits now and then for its browser or its workers; each takes two of the
# 16 databases of a Redis.
PROCESSES = min(8, len(os.sched_getaffinity(0)) + 1)
# worksteal: each process starts with neighbouring tests, which share fixtures; idle ones take from the slowest.
SUITE = (*PYTHON, "pytest", f"--numprocesses={PROCESSES}", "--dist=worksteal")
COVERAGE = ("--cov", "--cov-report=term-missing:skip-covered")  # packages and minimum are in pyproject.toml

Command = tuple[str | Path, ...]


def run(name: str, command: tuple[str, ...], environment: dict[str, str]) -> None:
    """Runs one step in its own process group. Raises SystemExit when it fails."""
    print(f"\n── {name}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)  # lets pytest stop its browsers and workers
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        sys.exit(f"\nFAILED: {name} (exit {process.returncode}). Again by itself: {' '.join(command)}")
    print(f"   {time.monotonic() - began:.0f} s", flush=True)


def interrupted(number, frame) -> None:
    # A terminal signals the whole group and make again: the second would interrupt the cleanup.
    for stop in STOPS:
        signal.signal(stop, signal.SIG_IGN)
    sys.exit("\nINTERRUPTED")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(command: Command, ready: Command, folder: Path) -> Iterator[None]:
    """Enters when the command `ready` succeeds; SystemExit with the server's log after 30 seconds."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            deadline = time.monotonic() + 30
            while subprocess.run(ready, cwd=folder, capture_output=True).returncode:
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"FAILED: {folder.name} does not start.\n{(folder / 'log').read_text()}")
                time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGINT)  # a fast, clean shutdown of PostgreSQL and of Redis
            process.wait()


def cluster(folder: Path) -> tuple[Command, Command, str]:
    """Makes a temporary cluster in `folder`: what starts it, what tells that it is ready, its DATABASE_URL."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder.mkdir()
    user = ()
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
    data, port = str(folder / "data"), str(free_port())
    create = (*user, programs / "initdb", "-D", data, "-U", "convite", "--auth=trust", "--encoding=UTF8")
    subprocess.run((*create, "--locale=C.UTF-8", "--no-sync"), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    command = (*user, programs / "postgres", "-D", data, "-p", port, "-k", folder, "-h", "127.0.0.1")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # durability is not needed here
        command += ("-c", f"{setting}=off")
    return command, ("pg_isready", "-h", "127.0.0.1", "-p", port), f"postgres://convite@127.0.0.1:{port}/convite"


def queue(folder: Path) -> tuple[Command, Command, str]:
    """What starts a Redis that writes nothing, what tells that it is ready, its CELERY_BROKER_URL."""
    folder.mkdir()
    port = str(free_port())
    command = ("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    return command, ("redis-cli", "-p", port, "ping"), f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    command, ready, address = cluster(folder)
    with server(command, ready, folder):
        yield address


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    command, ready, address = queue(folder)
    with server(command, ready, folder):
        yield address


def main() -> None:
    began = time.monotonic()
    for number in STOPS:
        signal.signal(number, interrupted)
    with tempfile.TemporaryDirectory(prefix="convite-") as scratch, contextlib.ExitStack() as servers:
        folder = Path(scratch)
        folder.chmod(0o755)  # the user postgres must traverse it
        environment = EMBEDDED | {
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "var" / "media"),
            "DATABASE_URL": f"sqlite:///{folder}/convite.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "COVERAGE_FILE": str(folder / "coverage"),
        }
        for name, command, extra in CHECKS:
            run(name, command, environment | extra)
        if "--lint" not in sys.argv:
            part = (*SUITE, "-m", "browser")
            run("Browser on SQLite and files", part, environment)
            part = (*SUITE, *COVERAGE, "-m", "not browser and not paper")
            run("Suite on SQLite and files, with coverage", part, environment)
            environment["DATABASE_URL"] = servers.enter_context(postgresql(folder / "postgresql"))
            environment["CELERY_BROKER_URL"] = servers.enter_context(redis(folder / "redis"))
            part = (*SUITE, "-m", "not browser and not once")
            run("Suite on PostgreSQL and Redis, with printed documents", part, environment)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"\nPASSED: everything, in {minutes} min {seconds:02d} s")


if __name__ == "__main__":
    main()
