"""create_app(): the one place where the parts meet."""

import hashlib
import logging
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from flask import Flask, current_app, g, request, send_from_directory, session
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from peewee import OperationalError
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

import themes
from core import audit, db, policy, sealing
from core.audit import AuditHead, AuditLine
from core.auditing import views as auditing_views
from core.auditing.permissions import PERMISSIONS as AUDIT_PERMISSIONS
from core.changes import FormMark, Revision
from core.circles import keeping, kept_views
from core.circles import people as circle_people
from core.circles.models import TABLES as CIRCLE_TABLES
from core.coalitions import (
    directory_views,
    expiring,
    invitation_views,
    joining,
    keepers,
    leaving,
    lock,
    lock_views,
    members,
    organisation_list_views,
    organisation_views,
    organisations,
    visibility,
)
from core.coalitions.models import (
    Coalition,
    Invitation,
    Keeper,
    Membership,
    Organisation,
    OrganisationFile,
    Representation,
    Seat,
)
from core.config import Settings
from core.context import Context
from core.ending import asking, erasing
from core.ending import views as ending_views
from core.errors import Refused
from core.files import attaching
from core.files import views as file_views
from core.files.models import AttachedVersion, Attachment
from core.files.store import StoredFile
from core.instance import views as instance_views
from core.instance.models import SeenPlugin
from core.instance.permissions import PERMISSIONS as INSTANCE_PERMISSIONS
from core.keyring import Closed, Keyring
from core.language import Catalogues, lazy, uncompiled
from core.notices import permissions as notice_permissions
from core.notices import views as notice_views
from core.notices.models import TABLES as NOTICE_TABLES
from core.people import factor_views, second_factor
from core.people.models import Attempt, Person, RecoveryCode, SetUpLink, WebSession
from core.people.sessions import Sessions
from core.plugins import PluginHost
from core.policy import standing_seats
from core.portable import exporting
from core.portable import views as portable_views
from core.reference.files import look_first_in
from core.search import views as search_views
from core.search.index import SearchText
from core.settings import views as settings_views
from core.web import errors, frame, headers, help_page, plugin_pages
from core.web.kept_pages import KeptPages, new_mark
from core.web.outside import is_imagined
from core.web.panels import draw_panels
from core.web.sent import Sent
from core.workflows import (
    consultation_views,  # noqa: F401 adds its routes to review_views.pages
    engine,
    reviews,
    workflow_views,  # noqa: F401 adds its routes to review_views.pages
)
from core.workflows import views as review_views
from core.workflows.models import TABLES as WORKFLOW_TABLES

log = logging.getLogger("commonweal.app")

CORE = Path(__file__).parent
SUBJECTS = (
    "web", "people", "coalitions",
    "workflows",
    "auditing", "settings", "instance",
    "notices",
    "files", "circles",
    "search",
    "portable", "ending",
)


def create_app(settings: Settings, check_database: bool = True) -> Flask:
    """The app of one instance. Refused names the command when the database is older or newer than the code."""
    app = Flask("commonweal", static_folder=None, template_folder=None)
    app.settings = settings
    app.request_class = Sent
    app.config.update(SECRET_KEY=hashlib.sha256(b"csrf\0" + settings.secret()).digest(),
                      MAX_CONTENT_LENGTH=settings.upload_megabytes * 1024 * 1024 + 64 * 1024,
                      MAX_FORM_PARTS=5000, MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024, WTF_CSRF_TIME_LIMIT=None,
                      TRUSTED_HOSTS=_hosts(settings), SEND_FILE_MAX_AGE_DEFAULT=31536000,
                      BABEL_DEFAULT_LOCALE="en")
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)
    look_first_in(settings.instance / "reference")
    db.open_database(settings.database_url)
    app.keyring = Keyring(settings)
    sealing.use(app.keyring)
    app.opened_with = None                      # the keys that were seen to be those of this database
    app.host = PluginHost()
    app.kept_pages = KeptPages()
    app.host.load(settings.plugins, settings.instance)
    engine.take_patches(app.host)
    policy.declare([
        *members.PERMISSIONS, *visibility.PERMISSIONS, *keepers.PERMISSIONS, *lock.PERMISSIONS,
        *second_factor.PERMISSIONS,
        *reviews.PERMISSIONS,
        *AUDIT_PERMISSIONS, *INSTANCE_PERMISSIONS,
        *notice_permissions.PERMISSIONS,
        *attaching.PERMISSIONS,
        *circle_people.PERMISSIONS, *keeping.PERMISSIONS,
        *exporting.PERMISSIONS, *asking.PERMISSIONS, *erasing.PERMISSIONS,
        *expiring.PERMISSIONS, *joining.PERMISSIONS, *leaving.PERMISSIONS, *organisations.PERMISSIONS,
        *app.host.said("permissions"),
    ])
    _templates(app)
    _web(app)
    _languages(app)
    app.tables = [*core_tables(), *app.host.said("tables")]
    if check_database:
        with db.connection():
            refuse_wrong_database(app)
    return app


def core_tables() -> list:
    """Core's own models, for migrations, the access machine and doctor."""
    return [
        Person, WebSession, SetUpLink, RecoveryCode, Attempt,
        Coalition, Organisation, Representation, Membership, Seat, Keeper, OrganisationFile, Invitation,
        sealing.SealHead, sealing.DoomedKey, sealing.ToSeal, Revision, FormMark, AuditLine, AuditHead, StoredFile,
        *WORKFLOW_TABLES,
        SeenPlugin,
        *NOTICE_TABLES,
        Attachment, AttachedVersion,
        *CIRCLE_TABLES,
        SearchText,
    ]


def histories(app) -> dict[str, Path]:
    """Every history of migrations, core's first, then the plugins' in the order of `requires`."""
    return {"core": db.CORE_MIGRATIONS, **app.host.histories()}


def refuse_wrong_database(app) -> None:
    """Refused, with the command that mends it, when the database is older or newer than the code."""
    try:
        missing, unknown = db.pending_migrations(histories(app))
    except OperationalError as error:
        raise Refused(lazy("The database cannot be opened: %(error)s. Look at the setting `database`.",
                           error=str(error).strip())) from None
    if unknown:
        raise Refused(lazy("The database is newer than the program: it has %(name)s. Install the newer program, or "
                           "restore an older backup.", name=unknown[0]))
    if missing or sealing.ToSeal.select().exists():
        raise Refused(lazy("The database is older than the program. Run: commonweal upgrade"))


def _hosts(settings):
    return [urlsplit(settings.address).hostname or "127.0.0.1", "127.0.0.1", "localhost"]


def _web(app):
    app.session_interface = Sessions(app.settings, lambda person: _idle_minutes(app.settings, person))
    logins = LoginManager(app)
    logins.session_protection = None            # sessions are rows here: what it guards against cannot happen
    logins.user_loader(_person_of)
    # In this order: a connection, then who asks, then the form's mark against forgery.
    app.before_request(_connect)
    app.before_request(_refuse_while_closed)
    app.teardown_request(_disconnect)
    app.register_blueprint(factor_views.pages)      # with those of core.people.views
    app.register_blueprint(lock_views.pages)        # with those of core.coalitions.views
    app.register_blueprint(review_views.pages)
    app.register_blueprint(auditing_views.pages)
    app.register_blueprint(settings_views.pages)
    app.register_blueprint(instance_views.pages)
    app.register_blueprint(notice_views.pages)
    app.register_blueprint(file_views.pages)
    app.register_blueprint(kept_views.pages)        # with those of core.circles.views
    app.register_blueprint(search_views.pages)
    app.register_blueprint(invitation_views.pages)
    app.register_blueprint(organisation_views.pages)
    app.register_blueprint(directory_views.pages)
    app.register_blueprint(organisation_list_views.pages)
    app.register_blueprint(help_page.pages)
    app.register_blueprint(portable_views.pages)
    app.register_blueprint(ending_views.pages)
    _plugin_pages(app)
    _static(app)
    if missing := frame.undeclared(app):
        raise RuntimeError(f"These routes name no permission and are not public: {', '.join(sorted(missing))}")
    app.before_request(frame.enter)
    CSRFProtect(app)
    app.after_request(frame.keep_answer)
    app.after_request(_note_damaged)
    headers.install(app)
    errors.install(app)

    @app.url_defaults
    def keep_coalition(endpoint, values):
        ctx = g.get("ctx")
        if ctx is not None and ctx.coalition is not None and "coalition" not in values \
                and app.url_map.is_endpoint_expecting(endpoint, "coalition"):
            values["coalition"] = ctx.coalition.slug


def _connect():
    """Answers nothing: what connect() gives (False, when the connection is open already) would become the response."""
    db.database.connect(reuse_if_open=True)


def _refuse_while_closed():
    """Closed, unless the keys are there: nobody signs in, and nothing is written."""
    if request.endpoint == "theme_static":
        return
    app, now = current_app, sealing.current().state()
    if now is not None and now == app.opened_with:
        return
    try:
        sealing.check_open()
        app.opened_with = now
    except Closed as error:
        app.opened_with = None
        log.error("the server is closed: %s", error)
        raise


def _note_damaged(response):
    """A record that has its key and does not open was changed by hand: it is written down, and the page goes on."""
    for row in sealing.take_damaged():
        audit.note(g.get("ctx") or Context(), "sealing.damaged", row, result="refused")
    return response


def _disconnect(error):
    if not is_imagined():
        db.database.is_closed() or db.database.close()


def _person_of(uid):
    """The account of this uid: the one that came with the session's row, which flask_login would read again."""
    person = session.row.person if session.row is not None else None
    return person if person is not None and person.uid == uid else Person.get_or_none(Person.uid == uid)


def _idle_minutes(settings, person):
    is_coordinator = any(seat.role == "coordinator" for seat in standing_seats(person))
    return settings.coordinator_idle_minutes if is_coordinator else settings.session_idle_minutes


def _plugin_pages(app):
    """Put each plugin's pages under its own address; one whose pages are wrong is taken out again."""
    for name, loaded in list(app.host.loaded.items()):
        if name not in app.host.loaded:         # what it requires was taken out before it
            continue
        try:
            plugin_pages.put(app, name, loaded.said["blueprints"])
        except Exception as error:
            app.host.drop(name, error)
            engine.take_patches(app.host)


def _static(app):
    folder = _theme_folder(app.settings) / "static"

    @app.get("/theme/<path:filename>", endpoint="theme_static")
    @frame.public("style sheet and scripts, the same for everybody")
    def theme_static(ctx, filename):
        return send_from_directory(folder, filename)
    app.asset_marks = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
                       for path in folder.rglob("*") if path.is_file()}


def _theme_folder(settings):
    for place in (settings.instance / "themes", Path(themes.__path__[0])):
        if (place / settings.theme / "theme.toml").exists():
            return place / settings.theme
    return Path(themes.__path__[0]) / "default"


def _templates(app):
    """First found wins: the theme, the default theme, a plugin's own, core's. `original:` passes the theme by."""
    original = [Path(themes.__path__[0]) / "default" / "templates",
                *(loaded.folder / "templates" for loaded in app.host.loaded.values()),
                *(CORE / subject / "templates" for subject in SUBJECTS)]
    app.jinja_loader = None
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    environment = app.jinja_env
    environment.autoescape = True
    environment.loader = jinja2.ChoiceLoader([
        jinja2.FileSystemLoader([_theme_folder(app.settings) / "templates", *original]),
        jinja2.PrefixLoader({"original": jinja2.FileSystemLoader(original)}, delimiter=":")])
    environment.globals.update(panels=draw_panels, new_mark=new_mark)
    app.context_processor(lambda: {"ctx": g.ctx, "frame": LocalProxy(_frame)} if "ctx" in g else {})


def _frame():
    if "frame" not in g:
        g.frame = frame.Frame(g.ctx)
    return g.frame


def _languages(app):
    folders = [CORE / "translations", *(loaded.folder / "translations" for loaded in app.host.loaded.values()),
               app.settings.instance / "translations"]
    app.translations = [folder for folder in folders if folder.is_dir()]
    if missing := uncompiled(app.translations):
        log.warning("translations that are not compiled come out in English: %d, the first is %s; run: make setup",
                    len(missing), missing[0])
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in app.translations)
    babel = Babel(app, locale_selector=lambda: g.ctx.locale if "ctx" in g else None,
                  timezone_selector=lambda: g.ctx.zone if "ctx" in g else None)
    babel.domain_instance = Catalogues()


def log_to(stream) -> None:
    """Structured lines without personal data: time, level, where, what."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("commonweal").addHandler(handler)
    logging.getLogger("commonweal").setLevel(logging.INFO)
