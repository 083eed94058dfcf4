"""Every plan has an identifier of its own."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_fill_plan_uid")]

    operations = [
        migrations.AlterField(
            "plan",
            "uid",
            models.UUIDField(verbose_name="identificador", unique=True, default=uuid.uuid4, editable=False),
        ),
    ]
