"""The observations and recommendations of drafts, a line each so far, become rows. Those of published reports get rows
too, so that later reports can tell what became of them; their texts and snapshots stay as they are."""

from django.db import migrations

KINDS = {"observations": "observation", "recommendations": "recommendation"}


def to_rows(apps, schema_editor):
    Report, Point = apps.get_model("reports", "Report"), apps.get_model("reports", "Point")
    reports = Report.objects.filter(state__in=["draft", "published"]).defer("snapshot")
    for report in reports.order_by("-state", "pk"):  # published first: their drafts are copies
        lists = {name: report.narrative.get(name) or [] for name in KINDS}
        same = {
            "plan": report.plan_id,
            "kind": report.kind,
            "period": report.period,
            "dependency": report.dependency_id,
        }
        stored = Point.objects.filter(**{f"report__{name}": value for name, value in same.items()})
        begun = {(point.kind, point.text): point for point in stored} if report.state == "draft" else {}
        for name, kind in KINDS.items():
            lines = [line.strip() for line in lists[name] if line.strip()]
            for number, text in enumerate(lines, 1):
                origin = begun.pop((kind, text), None)
                Point.objects.create(report=report, kind=kind, number=number, text=text, origin=origin)
        if report.state == "draft":
            report.narrative = {name: text for name, text in report.narrative.items() if name not in KINDS}
            report.save(update_fields=["narrative"])


def to_lists(apps, schema_editor):
    Report, Point = apps.get_model("reports", "Report"), apps.get_model("reports", "Point")
    apps.get_model("reports", "Outcome").objects.all().delete()
    for report in Report.objects.filter(state="draft").defer("snapshot"):
        for name, kind in KINDS.items():
            points = Point.objects.filter(report=report, kind=kind).order_by("number")
            report.narrative[name] = list(points.values_list("text", flat=True))
        report.save(update_fields=["narrative"])
    Point.objects.exclude(origin=None).delete()
    Point.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_points_and_outcomes")]

    operations = [migrations.RunPython(to_rows, to_lists)]
