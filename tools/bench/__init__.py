"""Speed as ratios against stated baselines (`make bench`), on a scratch database that is deleted at the end.

The environment is set here, before Django reads its settings. DATABASE_URL may name a PostgreSQL server, where a new
database is created; existing ones are neither read nor written.
"""

import os
import tempfile

import django

STATE = tempfile.TemporaryDirectory(prefix="convite-bench-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{STATE.name}/convite.sqlite3")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "VAR_DIR": STATE.name,
    "MEDIA_ROOT": f"{STATE.name}/media",
    "SECRET_KEY": "only-for-the-benchmark",
    "DEBUG": "False",
    "SITE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost",
    "CELERY_BROKER_URL": "filesystem://localhost",
    "STATIC_MANIFEST": "False",
    "LOG_LEVEL": "ERROR",
}
django.setup()
