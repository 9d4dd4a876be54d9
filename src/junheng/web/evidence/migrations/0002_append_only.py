"""The database itself refuses to change or delete versions and marks."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [append_only("evidence", "version"), append_only("evidence", "mark")]
