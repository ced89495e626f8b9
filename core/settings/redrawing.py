"""What the child process does with a picture. It is started for each one, so this imports next to nothing."""

import base64
import io

from core.errors import Refused
from core.language import lazy

WIDEST, HIGHEST = 480, 96           # pixels: some three times what the masthead shows
MOST_PIXELS = 40_000_000
TOO_MANY_PIXELS = lazy("The picture has too many pixels. Make it smaller.")


def redraw(path, settings):
    """In the child: the picture as PNG, no larger than needed, with nothing of the file but what is seen (base64)."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # slow import, and needed in the child alone
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused(TOO_MANY_PIXELS)
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError:
        raise Refused(TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused(lazy("The picture is cut or damaged. Save it anew as .png or .jpg.")) from None
    image.thumbnail((WIDEST, HIGHEST))
    out = io.BytesIO()
    image = Image.frombytes("RGBA", image.size, image.tobytes())
    image.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()
