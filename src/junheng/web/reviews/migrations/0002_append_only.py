"""The database itself refuses to change or delete steps that were taken."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [append_only("reviews", "steptaken")]
