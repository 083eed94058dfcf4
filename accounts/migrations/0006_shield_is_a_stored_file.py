"""An entity's shield becomes a stored file, known by its hash; the bytes stay where they are."""

import hashlib

import django.db.models.deletion
from django.core.files.storage import default_storage
from django.db import migrations, models
from django.utils import timezone


def keep_shields(apps, schema_editor):
    StoredFile = apps.get_model("records", "StoredFile")
    for entity in apps.get_model("accounts", "Entity").objects.exclude(shield=""):
        try:
            with default_storage.open(entity.shield.name) as file:
                content = file.read()
        except FileNotFoundError:  # lost before: the entity goes on without one, as its pages did
            continue
        entity.shield_file, _created = StoredFile.objects.get_or_create(
            sha256=hashlib.sha256(content).hexdigest(),
            defaults={"size": len(content), "name": entity.shield.name, "kept_at": timezone.now()},
        )
        entity.save(update_fields=["shield_file"])


def name_shields(apps, schema_editor):
    for entity in apps.get_model("accounts", "Entity").objects.exclude(shield_file=None).select_related("shield_file"):
        entity.shield = entity.shield_file.name
        entity.save(update_fields=["shield"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_fill_user_search_text"),
        ("records", "0001_stored_files_origins_and_jobs"),
    ]
    operations = [
        migrations.AddField(
            "entity",
            "shield_file",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.storedfile",
                verbose_name="escudo",
            ),
        ),
        migrations.RunPython(keep_shields, name_shields),
    ]
