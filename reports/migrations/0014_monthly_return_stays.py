from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_reports_may_need_signatures"),
        ("reports", "0013_matrix_of_a_plan_stays"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chapter",
            name="chapter_required_is_on",
        ),
        migrations.AddConstraint(
            model_name="chapter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_on", True),
                    models.Q(
                        ("section__in", ("resumen", "metodo", "firmas", "registros", "matriz", "formato")),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="chapter_required_is_on",
                violation_error_message="Esa sección va en todos los informes.",
            ),
        ),
    ]
