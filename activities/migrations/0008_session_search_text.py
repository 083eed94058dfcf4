from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_total_of_counted_groups")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
