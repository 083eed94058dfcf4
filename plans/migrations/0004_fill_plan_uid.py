"""Gives every plan that exists its identifier."""

import uuid

from django.db import migrations


def fill(apps, schema_editor):
    Plan = apps.get_model("plans", "Plan")
    plans = list(Plan.objects.filter(uid=None).only("pk"))
    for plan in plans:
        plan.uid = uuid.uuid4()
    Plan.objects.bulk_update(plans, ["uid"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_plan_uid")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
