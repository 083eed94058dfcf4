"""What the schedule does with sheets."""

from celery import shared_task
from django.utils import timezone

from sheets.models import Upload


@shared_task
def clean() -> None:
    """Forgets yesterday's uploads and their jobs; a week later go their bytes, unless rows came of them."""
    Upload.objects.filter(uploaded_at__lt=timezone.now() - Upload.KEPT_FOR).delete()
