"""The database itself refuses to change or delete official verdicts."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("verdicts", "0001_initial")]
    operations = [append_only("verdicts", "official")]
