"""The database itself refuses to change or delete revisions."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_initial")]
    operations = [append_only("collection", "revision")]
