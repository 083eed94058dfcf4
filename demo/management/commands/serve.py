"""`manage.py serve`: the web server, a Celery worker and its beat, started, watched and ended together."""

import contextlib
import ctypes
import errno
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.translation import gettext as _

from accounts.models import Entity

GRACE = 8  # seconds that a process has to end by itself; the sweep requeues an interrupted report
RESTARTS = 5  # of the site in a row; a process that lived LONG_ENOUGH starts the count again
LONGEST_PAUSE = 60  # seconds before a process that keeps dying starts once more
LONG_ENOUGH = 60
PR_SET_PDEATHSIG = 1


class Stop(KeyboardInterrupt):
    """The operator asked to end (Ctrl-C, SIGTERM, SIGHUP)."""


def end_with_parent() -> None:
    """In a child before exec (Linux): the kernel ends it when the supervisor is killed and cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(*arguments: str, **options) -> subprocess.Popen:
    """Starts this Python with `arguments` as the leader of a process group of its own; `options` as for Popen."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
        **options,
    )


def stop(*processes: subprocess.Popen) -> None:
    """Terminates all, waits up to GRACE seconds for them together, then kills what is left of their groups."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE
    try:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
    finally:
        for process in processes:
            kill_group(process)


def kill_group(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Supervised:
    """A process restarted when it dies, for ever, after a pause that grows to LONGEST_PAUSE seconds.

    One that is `essential` and dies RESTARTS + 1 times in a row ends the command.
    """

    def __init__(self, name: str, *arguments: str, essential: bool = False):
        self.name, self.arguments, self.essential = name, arguments, essential
        self.failures, self.restart_at = 0, 0.0
        self.started_at, self.process = time.monotonic(), start(*arguments)

    def watch(self, log) -> None:
        """Restarts a dead process once its pause is over; CommandError when an essential one keeps dying."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.restart_at:
            kill_group(self.process)
            self.failures = 1 if now - self.started_at > LONG_ENOUGH else self.failures + 1
            if self.essential and self.failures > RESTARTS:
                raise CommandError(
                    _("%(name)s se cae una y otra vez (salida %(code)s): todo se detiene. La causa está arriba.")
                    % {"name": self.name, "code": self.process.returncode}
                )
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
            self.restart_at = now + pause
            log(_("%(name)s se cayó; arranca de nuevo en %(pause)s s.") % {"name": self.name, "pause": pause})
        elif now >= self.restart_at:
            self.restart_at, self.started_at, self.process = 0.0, now, start(*self.arguments)


def require_free(host: str, port: int) -> None:
    """Raises CommandError with a hint when the address cannot be bound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                message = _("El puerto %(port)s ya está en uso.")
            else:
                message = _("No se puede escuchar en %(host)s, puerto %(port)s (%(error)s).")
            hint = _("Elija otro con PORT, por ejemplo: make run PORT=%(other)s")
            values = {"host": host, "port": port, "error": error, "other": 8001 if port == 8000 else 8000}
            raise CommandError(f"{message} {hint}" % values) from None


def answers(host: str, port: int) -> bool:
    """Whether the site responds; a redirect or a refused host name counts, a 5xx does not."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def static_files_changed() -> bool:
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(
        os.path.getmtime(storage.path(path)) > collected
        for finder in get_finders()
        for path, storage in finder.list(ignore_patterns=None)
    )


class Command(BaseCommand):
    help = _("Arranca Convite completo (sitio y procesador de tareas) y lo detiene completo con Ctrl-C.")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help=_("dirección en que escucha"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"), help=_("puerto (PORT)"))
        parser.add_argument("--demo", action="store_true", help=_("carga la demostración si aún no hay entidades"))

    def handle(self, *args, host, port, demo, **options):
        require_free(host, port)
        os.environ["PORT"] = str(port)  # the site and the worker write it in links (SITE_URL)
        self.running = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup is respected
                signal.signal(number, self.interrupted)
        try:
            accounts = self.prepare(demo)
            self.start_all(host, port)
            self.wait_until_up(host, port)
            self.say(_("Convite está en http://localhost:%(port)s/ · Ctrl-C lo detiene.") % {"port": port})
            self.say(accounts)
            while True:
                self.watch()
        except Stop:
            self.say(_("Deteniendo…"))
        finally:
            stop(*(supervised.process for supervised in self.running))

    def interrupted(self, number, frame):
        """The first signal stops everything in order; later ones are ignored, but a second Ctrl-C ends at once."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a group and its parent may both send it
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        raise Stop

    def say(self, text: str) -> None:
        """Prints at once; a closed terminal is no error."""
        with contextlib.suppress(OSError):
            self.stdout.write(text)
            self.stdout.flush()

    def prepare(self, demo: bool) -> str:
        """Migrates, collects static files and loads the demonstration if asked; returns its accounts as text."""
        self.say(_("Preparando la base de datos…"))
        call_command("migrate", interactive=False, verbosity=0)
        if settings.STATIC_MANIFEST and static_files_changed():
            call_command("collectstatic", interactive=False, verbosity=0)
        if not demo:
            return ""
        if not Entity.objects.exists():
            self.say(_("Cargando las entidades de demostración…"))
        accounts = io.StringIO()
        call_command("load_demo", stdout=accounts)
        return accounts.getvalue()

    def start_all(self, host: str, port: int) -> None:
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        site = f"-m gunicorn config.wsgi --bind {where} --workers=2 --threads=4 --graceful-timeout=5"
        celery = "-m celery --quiet --app=config"
        as_root = ("-W", "ignore:You're running the worker with superuser")  # a demonstration may well run as root
        worker = f"{celery} worker --concurrency=2 --loglevel=WARNING"
        # By itself: as the worker's child (`worker --beat`) it would die unseen, and with it every sweep.
        beat = f"{celery} beat --loglevel=WARNING"
        site_options = ("--log-level=warning", "--no-control-socket")
        self.running.append(Supervised(_("El sitio"), *site.split(), *site_options, essential=True))
        self.running.append(Supervised(_("El procesador de tareas"), *as_root, *worker.split()))
        self.running.append(Supervised(_("El reloj de tareas"), *beat.split()))

    def watch(self) -> None:
        for supervised in self.running:
            supervised.watch(self.say)
        time.sleep(0.2)

    def wait_until_up(self, host: str, port: int) -> None:
        while not answers("127.0.0.1" if host == "0.0.0.0" else host, port):
            self.watch()
