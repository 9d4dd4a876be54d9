"""The database itself refuses to change or delete received packages."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("packages", "0001_initial")]
    operations = [append_only("packages", "received")]
