"""A coalition's own look: its colour and its logo."""

import base64
import tempfile
from contextlib import suppress
from pathlib import Path

from core.changes import change
from core.coalitions.models import Coalition
from core.errors import Refused
from core.files.child import ask_child
from core.files.store import StoredFile, content_of, drop, keep
from core.language import lazy
from core.policy import visible
from core.settings.colours import checked_accent
from core.settings.redrawing import redraw

LARGEST_LOGO = 200 * 1024
IMAGE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def save_accent(ctx, text: str, version=None) -> None:
    """`text`: a colour, or empty for the theme's own."""
    accent = checked_accent(text) if text.strip() else ""
    with change(ctx, "coalition.settings", ctx.coalition, version=version):
        ctx.coalition.accent = accent


def save_logo(ctx, content: bytes, alt: str, folder: Path) -> None:
    """Put a logo into the masthead: drawn anew, so that nothing else travels in the file. `alt`: its words."""
    alt = " ".join(alt.split())
    if not alt:
        raise Refused(lazy("Type what the logo says, for people who do not see it."))
    image = _drawn_anew(content)
    sha256 = keep(folder, image)
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        old = _remove_file(ctx, entry)
        stored = entry.add(StoredFile(sha256=sha256, name="logo.png", size_bytes=len(image), at=ctx.now, seat=ctx.seat))
        ctx.coalition.logo, ctx.coalition.logo_alt = stored.uid, alt
    _drop(ctx, old, folder)


def remove_logo(ctx, folder: Path) -> None:
    with change(ctx, "coalition.settings", ctx.coalition) as entry:
        old = _remove_file(ctx, entry)
        ctx.coalition.logo = ctx.coalition.logo_alt = ""
    _drop(ctx, old, folder)


def logo_of(ctx, folder: Path) -> bytes | None:
    """The picture; None where there is none, or its bytes did not come along from another server."""
    stored = _file_of(ctx, ctx.coalition)
    with suppress(Refused):
        return content_of(folder, stored.sha256) if stored is not None else None
    return None


def _file_of(ctx, coalition: Coalition):
    return visible(ctx, StoredFile).where(StoredFile.uid == coalition.logo).first() if coalition.logo else None


def _remove_file(ctx, entry):
    stored = _file_of(ctx, ctx.coalition)
    if stored is not None:
        entry.remove(stored)
    return stored


def _drop(ctx, stored, folder):
    if stored is not None:
        drop(folder, stored.sha256, ctx.now)


def _drawn_anew(content):
    if len(content) > LARGEST_LOGO:
        raise Refused(lazy("The logo has %(size)d KB; at most %(most)d KB can be taken. Make it smaller.",
                           size=-(-len(content) // 1024), most=LARGEST_LOGO // 1024))
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        answer = ask_child(redraw, file.name, {}, check=_check_picture)
    return base64.b64decode(answer)


def _check_picture(path):
    if not Path(path).read_bytes().startswith(IMAGE_HEADS):
        raise Refused(lazy("This is no picture in PNG or JPEG, whatever its name says. Save it as .png or .jpg."))
