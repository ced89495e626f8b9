"""A key for a move, and another instance to move to."""

import secrets
from dataclasses import replace

import pytest

from core import db
from core.app import create_app, histories
from core.config import Settings, make_instance
from core.keyring import write_key_file


@pytest.fixture
def key(tmp_path):
    write_key_file(tmp_path / "move.key", secrets.token_bytes(32))
    return tmp_path / "move.key"


@pytest.fixture
def there(tmp_path, instance, guard):
    """`there()`: the app of another, empty instance, whose database stands open from then on; asked for the same name
    again, with other plugins, the same instance."""
    def made(name="there", database="", plugins=None):
        db.database.is_closed() or db.database.close()
        if not (tmp_path / name).exists():
            make_instance(tmp_path / name)
        settings = replace(Settings(tmp_path / name), database=database,
                           plugins=instance.plugins if plugins is None else plugins)
        app = create_app(settings, check_database=False)
        db.database.connect(reuse_if_open=True)
        seen = guard.forget()
        db.migrate(histories(app))
        assert all("core/migrations/" in fault for fault in guard.forget())
        guard.faults += seen
        return app
    yield made
    db.database.is_closed() or db.database.close()
