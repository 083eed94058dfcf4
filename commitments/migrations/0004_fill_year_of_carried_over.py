from django.db import migrations


def forwards(apps, schema_editor):
    """What a sheet carried over without a year passes to the one after its plan, as the import says from now on."""
    commitments = apps.get_model("commitments", "Commitment")._base_manager
    commitments.exclude(state="carried_over").exclude(carried_to_year=None).update(carried_to_year=None)
    for commitment in commitments.filter(state="carried_over", carried_to_year=None).select_related("plan"):
        commitments.filter(pk=commitment.pk).update(carried_to_year=commitment.plan.ends_on.year + 1)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_fill_commitment_search_text")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
