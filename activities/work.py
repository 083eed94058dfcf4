"""What a worker does with a picture: the sizes that pages and reports show."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from activities.evidence import SIZES
from activities.models import Evidence
from records import files, jobs, pictures
from records.jobs import Failure, Lease


def make_sizes(lease: Lease) -> None:
    """From what is stored, which is the picture's pixels alone."""
    evidence = Evidence.objects.select_related("file").get(pk=lease.job.target_id)
    try:
        content = files.read(evidence.file)
    except files.Damaged as error:
        raise Failure(_("El archivo guardado falta o está dañado. Súbalo de nuevo.")) from error
    page = files.keep(pictures.fitted(content, pictures.PAGE).content)
    paper = files.keep(pictures.fitted(content, pictures.PAPER).content)
    with transaction.atomic():
        lease.finish()
        Evidence.objects.filter(pk=evidence.pk).update(page_file=page, paper_file=paper)


jobs.register(SIZES, jobs.Work(make_sizes, limit=60, kept_for=timedelta(days=1)))
