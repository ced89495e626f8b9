"""Asking as a page asks, without a page: jobs and commands want addresses, and plugins that answer as on Today."""

from contextlib import contextmanager

from flask import g, request

IMAGINED = "commonweal.imagined"            # in the environment of a request that nobody sent


@contextmanager
def as_if_asked(app, ctx):
    """Inside, url_for() and the language are those of this person in this coalition; nothing of a request that may be
    open outside is seen. Addresses are paths: whole_address() makes them whole."""
    path = f"/c/{ctx.coalition.slug}/" if ctx.coalition is not None else "/"
    with app.app_context():                     # flask would share the outer one, and its g
        g.ctx = ctx
        with app.test_request_context(path, base_url=app.settings.address, environ_overrides={IMAGINED: True}):
            yield


def is_imagined() -> bool:
    """The request that ends is none: the database's connection belongs to the work around it."""
    return IMAGINED in request.environ


def whole_address(settings, path: str) -> str:
    """The address that stands in a mail: from the configuration, never from what a request said of its host."""
    return settings.address.rstrip("/") + path
