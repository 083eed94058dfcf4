"""The Celery application: `celery -A config worker`. Tasks are in each app's tasks.py."""

import gc
import os
import shutil
import tempfile
import time
from pathlib import Path

from celery import Celery
from celery.signals import worker_init, worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("convite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def give_way_to_pages(**_kwargs) -> None:
    """Somebody waits for a page; a report is composed with what processor is left."""
    os.nice(settings.WORKER_NICE)


@worker_process_init.connect
def leave_circles_to_the_end(**_kwargs) -> None:
    """Walking what a report leaves in circles is a tenth of its render. A process of a worker does not last: what has
    grown (`CELERY_WORKER_MAX_MEMORY_PER_CHILD`) ends after its task, and the system takes all of it back at once."""
    gc.disable()


STALE = 3600  # seconds; no rendering lasts that long


@worker_init.connect
def remove_what_killed_renderings_left(**_kwargs) -> None:
    """WeasyPrint keeps fonts in a temporary folder of its own, which stays when its process is killed."""
    for folder in Path(tempfile.gettempdir()).glob("weasyprint-*"):
        if folder.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(folder, ignore_errors=True)
