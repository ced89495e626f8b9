"""What stands at the addresses of a coalition's own pages, for the access machine."""

import pytest

from core.testing.plugin_home import shipped


def plugin(cast):
    if not shipped():
        pytest.skip("No plugin is there to be switched.")
    return {"name": shipped()[0]}


FACTORIES = {"seat": lambda cast: cast.member.seat, "plugin": plugin,
             "slug": lambda cast: {"slug": cast.coalition.slug}}
