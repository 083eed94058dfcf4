from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_what_is_done")]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
