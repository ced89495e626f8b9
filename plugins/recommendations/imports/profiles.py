"""Saved mappings of a coalition's own spreadsheets."""

from core.api import Refused, change, lazy, visible
from core.tables.profiles import write_profile
from plugins.recommendations.models import Profile

LONGEST_NAME = 200              # it is part of an index, and PostgreSQL bounds what stands there


def profiles_of(ctx) -> list[Profile]:
    """The coalition's saved mappings, by name."""
    return sorted(visible(ctx, Profile), key=lambda profile: profile.name.casefold())


def find_profile(ctx, name: str) -> Profile:
    """The saved mapping with this name. Refused names those that there are."""
    known = profiles_of(ctx)
    for profile in known:
        if profile.name.casefold() == name.strip().casefold():
            return profile
    raise Refused(lazy("No mapping is saved as “%(name)s”. Saved are: %(known)s. A .toml file does as well.", name=name,
                       known=", ".join(profile.name for profile in known) or "–"))


def save_profile(ctx, name: str, mapping) -> Profile:
    """Keep the mapping under a name; one that stands under it is replaced."""
    name = " ".join(name.split())
    if not name:
        raise Refused(lazy("A saved mapping needs a name, such as “Our list”."))
    if len(name) > LONGEST_NAME:
        raise Refused(lazy("The name has more than %(most)d letters. Shorten it.", most=LONGEST_NAME))
    standing = next((one for one in profiles_of(ctx) if one.name.casefold() == name.casefold()), None)
    with change(ctx, "recommendations.import", standing or ctx.coalition) as entry:
        if standing is None:
            return entry.add(Profile(name=name, toml=write_profile(mapping)))
        standing.toml = write_profile(mapping)
        return standing
