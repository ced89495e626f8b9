"""The application for a WSGI server: `waitress-serve wsgi:application`. COMMONWEAL_INSTANCE names the folder."""

import os

from core.app import create_app
from core.config import read_settings
from core.server import see_plugins

application = create_app(read_settings(os.environ.get("COMMONWEAL_INSTANCE", "instance")))
see_plugins(application)
