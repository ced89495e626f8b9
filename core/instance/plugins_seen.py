"""Whether a plugin's code is the one that was seen before: a change is a line of the audit, and a notice until the
administrator says that it is right (SAFETY 6)."""

from peewee import IntegrityError

from core import audit
from core.db import transaction
from core.errors import NotThere
from core.instance.models import SeenPlugin
from core.language import lazy
from core.plugins import PluginHost


def seen_plugins() -> dict[str, SeenPlugin]:
    return {row.name: row for row in SeenPlugin.select()}


def changed_plugins(host: PluginHost) -> list[SeenPlugin]:
    """The plugins whose code is another than when the server last looked. Changes nothing."""
    seen = seen_plugins()
    return [seen[name] for name, loaded in host.loaded.items()
            if name in seen and seen[name].fingerprint != loaded.fingerprint]


def look_at_plugins(ctx, host: PluginHost) -> None:
    """Remember the code of the plugins that run, and write down which are new or have changed since. At each start, and
    after an upgrade."""
    seen, changed = seen_plugins(), {row.name for row in changed_plugins(host)}
    for name in [name for name in host.loaded if name in changed or name not in seen]:
        try:
            with transaction():
                # What an instance begins with was chosen by whoever made it.
                _remember(ctx, name, host.loaded[name], is_known=not seen)
        except IntegrityError:          # another process has started in this moment, and seen it
            continue


def _remember(ctx, name, loaded, is_known):
    row = SeenPlugin.get_or_none(SeenPlugin.name == name)
    values = {"version": loaded.manifest.version, "fingerprint": loaded.fingerprint, "since": ctx.now}
    if row is None:
        row = SeenPlugin.create(name=name, is_known=is_known, **values)
        audit.write(ctx, "plugin.new", row)
    elif row.fingerprint != loaded.fingerprint:
        SeenPlugin.update(is_known=False, **values).where(SeenPlugin.id == row.id).execute()
        audit.write(ctx, "plugin.changed", row, fields=("fingerprint",))


def say_known(ctx, uid: str) -> None:
    """The administrator has seen that this plugin is new or has changed, and that it is right."""
    with transaction():
        row = SeenPlugin.get_or_none(SeenPlugin.uid == uid)
        if row is None:
            raise NotThere(lazy("There is nothing at this address, or it is not yours to see."))
        if not row.is_known:
            SeenPlugin.update(is_known=True).where(SeenPlugin.id == row.id).execute()
            audit.write(ctx, "plugin.known", row)
