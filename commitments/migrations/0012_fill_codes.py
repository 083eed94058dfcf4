from collections import defaultdict

from django.db import migrations

from records.search import text_of

SEARCHED = ("code", "text", "instance")


def fill(apps, schema_editor):
    """A consecutive of its entity and year for each promise without a code; one that goes on in another plan keeps its
    own there."""
    Commitment = apps.get_model("commitments", "Commitment")
    taken, of_plan = defaultdict(set), set()
    for entity, plan, code in Commitment.objects.exclude(code="").values_list("plan__entity", "plan", "code"):
        taken[entity].add(code)
        of_plan.add((plan, code))
    numbers, code_of, filled = defaultdict(int), dict(Commitment.objects.values_list("pk", "code")), []
    rows = list(Commitment.objects.filter(code="").select_related("plan"))
    for row in sorted(rows, key=lambda row: (row.made_on or row.plan.starts_on, row.pk)):
        first = row.carried_from_id
        if first and code_of.get(first) and (row.plan_id, code_of[first]) not in of_plan:
            row.code = code_of[first]
        else:
            entity, year = row.plan.entity_id, (row.made_on or row.plan.starts_on).year
            while not row.code:
                numbers[entity, year] += 1
                code = f"C-{year}-{numbers[entity, year]:03}"
                if code not in taken[entity]:
                    row.code = code
            taken[entity].add(row.code)
        code_of[row.pk] = row.code
        of_plan.add((row.plan_id, row.code))
        row.search_text = text_of(row, SEARCHED)
        filled.append(row)
    Commitment.objects.bulk_update(filled, ["code", "search_text"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0011_promises_that_bind")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
