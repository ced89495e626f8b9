"""What stands at the addresses of the administrator's pages, for the access machine."""

from datetime import datetime

from core.instance.models import SeenPlugin


def plugin(cast):
    row, _is_new = SeenPlugin.get_or_create(name="reeds", defaults={
        "version": "1", "fingerprint": "0" * 64, "since": datetime(2026, 1, 2)})
    return row


FACTORIES = {"plugin": plugin}
