"""What tests stand on: databases, a browser, invented people. It travels in the wheel, for plugins' authors."""

# `pytest -p core.testing PATH` brings all of it, wherever the plugin lies.
pytest_plugins = ["core.testing.postgres", "core.testing.browser", "core.testing.plugin_home", "core.testing.fixtures",
                  "core.testing.mailbox"]
