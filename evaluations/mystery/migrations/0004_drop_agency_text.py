from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mystery", "0003_agency_rows")]

    operations = [migrations.RemoveField("visit", "agency_text")]
