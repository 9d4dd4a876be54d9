"""The database itself refuses to change or delete results of plans, answers and their files."""

from django.db import migrations

from junheng.web.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]
    operations = [append_only("planning", name) for name in ("planresult", "answer", "proof")]
