"""Authenticators and recovery codes that stood in the clear are sealed."""

from binascii import unhexlify

from django.db import migrations
from django.db.migrations.state import StateApps

from junheng.web.accounts.sealing import marks, seal

PLAIN_KEY, PLAIN_CODE = 40, 10
"""How long they were: hexadecimal digits. What is sealed is longer."""


def seal_all(apps: StateApps, _editor: object) -> None:
    """Seal what is not sealed yet."""
    for device in apps.get_model("otp_totp", "TOTPDevice").objects.all():
        if len(device.key) == PLAIN_KEY:
            device.key = seal(unhexlify(device.key), f"authenticator of {device.user_id}")
            device.save(update_fields=["key"])
    for code in apps.get_model("otp_static", "StaticToken").objects.select_related("device"):
        if len(code.token) == PLAIN_CODE:
            code.token = marks(code.token, f"recovery codes of {code.device.user_id}")[0]
            code.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
    ]
    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("otp_totp.totpdevice",),
        ),
        migrations.CreateModel(
            name="RecoveryCodes",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("otp_static.staticdevice",),
        ),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
    ]
