"""Writes the next migration of core or of a plugin: what its models have and its migrations lack.

    python tools/migration.py core first_tables
    python tools/migration.py midterm keep_claims

The file is a frozen copy: it imports nothing of ours. Read it, mend what it cannot know, commit it.
"""

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playhouse.migrations import template  # noqa: E402
from playhouse.schema_diff import diff_models  # noqa: E402

from core import db  # noqa: E402
from core.app import core_tables, create_app, histories  # noqa: E402
from core.config import Settings, make_instance  # noqa: E402

# Defaults that are functions of ours belong to the models, not to the tables.
NOT_FROZEN = re.compile(r"^(from core\.db import JSONField|# TODO: uid: default .*|# Generated from .*)\n", re.M)


def main(name: str, words: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_instance(folder)
        app = create_app(replace(Settings(Path(folder)), plugins=tuple(Settings.plugins)), check_database=False)
        with db.connection():
            db.migrate(histories(app))
            tables = core_tables() if name == "core" else app.host.loaded[name].said["tables"]
            body = template(diff_models(db.database.obj, tables))
            place = db.CORE_MIGRATIONS if name == "core" else app.host.loaded[name].migrations
            path = db.runner(name, place).create(words, frozen(body))
    print(path)


def frozen(body: str) -> str:
    """The same, with peewee's own fields in the place of ours."""
    return NOT_FROZEN.sub("", body).replace("JSONField(", "TextField(")


if __name__ == "__main__":
    main(*sys.argv[1:])
