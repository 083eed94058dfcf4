from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_entries_have_one_writer")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="search_text",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
