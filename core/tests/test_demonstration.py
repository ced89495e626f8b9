"""The demonstration goes as it came: nothing of it stays but the audit's lines."""

import pytest

from core import audit
from core.app import core_tables
from core.coalitions.models import Coalition, Organisation, Owned, Representation
from core.context import Context
from core.demonstration import delete_demonstration, load_demonstration
from core.errors import Refused
from core.people.models import Person
from core.policy import unnarrowed
from core.sealing import current


def owned_rows(app):
    """Table → its rows, for all that is a coalition's, core's and the plugins'."""
    models = [model for model in (*core_tables(), *app.host.said("tables")) if issubclass(model, Owned)]
    return {model._meta.table_name: unnarrowed(model).count() for model in models}


@pytest.mark.database
def test_the_demonstration_is_deleted_with_its_rows_organisations_and_accounts(app):
    operator = Context(via="command")
    load_demonstration(operator, app.host)
    before = owned_rows(app)
    assert before["membership"] and before["seat"]
    for name in app.host.loaded:        # each plugin has brought its share
        assert any(count for table, count in before.items() if table.startswith(f"{name}_"))
    delete_demonstration(operator, app)
    assert set(owned_rows(app).values()) == {0}
    assert [model.select().count() for model in (Coalition, Organisation, Person, Representation)] == [0, 0, 0, 0]
    assert current().all_references() == set()
    assert audit.broken_at() is None


def test_without_a_demonstration_there_is_nothing_to_delete(app):
    with pytest.raises(Refused, match="There is no demonstration here"):
        delete_demonstration(Context(via="command"), app)
