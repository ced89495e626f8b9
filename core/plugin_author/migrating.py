"""The next migration of core or of a plugin: what its models have and its migrations lack, as a frozen copy."""

import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playhouse.migrations import template
from playhouse.schema_diff import diff_models

from core import db
from core.app import core_tables, create_app, histories
from core.config import Settings, make_instance
from core.errors import Refused
from core.language import lazy

# Defaults that are functions of ours belong to the models, not to the tables.
NOT_FROZEN = re.compile(r"^(from core\.db import JSONField|# TODO: uid: default .*|# Generated from .*)\n", re.M)


def write_migration(name: str, words: str, plugins: tuple[str, ...] = Settings.plugins) -> Path:
    """Write the next file of core's or of this plugin's migrations, and give its path.

    Refused when the plugin cannot be loaded, or when the migrations make all that the models say.
    """
    with TemporaryDirectory() as folder:
        make_instance(folder)
        app: Any = create_app(replace(Settings(Path(folder)), plugins=plugins), check_database=False)
        if name != "core" and name not in app.host.loaded:
            raise Refused(app.host.refused.get(name) or lazy("There is no plugin “%(name)s”.", name=name))
        with db.connection():
            db.migrate(histories(app))
            tables = core_tables() if name == "core" else app.host.loaded[name].said["tables"]
            difference = diff_models(db.database.obj, tables)
            if not difference:
                raise Refused(lazy("The migrations of %(name)s make all that its models say. Nothing was written.",
                                   name=name))
            place = db.CORE_MIGRATIONS if name == "core" else app.host.loaded[name].migrations
            return Path(db.runner(name, place).create(words, frozen(template(difference))))


def frozen(body: str) -> str:
    """The same, with peewee's own fields in the place of ours."""
    return NOT_FROZEN.sub("", body).replace("JSONField(", "TextField(")
