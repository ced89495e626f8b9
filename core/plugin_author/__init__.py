"""For whoever writes a plugin: `commonweal plugin new` writes one, `commonweal plugin check` tries one."""
