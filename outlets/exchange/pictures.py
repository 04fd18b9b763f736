"""Pictures as a camera made them, made anew as we keep them."""

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
# Enough to read a badge on it; the longer side in pixels.
LONGEST_SIDE = 2560
QUALITY = 85


class WrongType(Exception):
    """It is no JPEG, PNG or WebP, or not a whole one."""


class TooManyPixels(Exception):
    """It would unpack to more than we are ready to hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without what the camera wrote into it; `phash` as 16 hex digits."""

    content: bytes
    sha256: str
    phash: str
    width: int
    height: int


def make_picture(content: bytes, most_pixels: int) -> Picture:
    """Verify a photo and make it anew, upright and at most LONGEST_SIDE long.

    Its size is read from its head, before anything is unpacked.

    Raises:
        WrongType, TooManyPixels: it is not kept.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > most_pixels:
            raise TooManyPixels
        if opened.format == "JPEG":
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image = ImageOps.exif_transpose(opened)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        image = _on_white(image)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    # Pillow's readers raise these on files that are broken or not what they say.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as error:
        raise WrongType from error
    made = BytesIO()
    image.save(made, "JPEG", quality=QUALITY)
    kept = made.getvalue()
    return Picture(
        content=kept,
        sha256=sha256(kept).hexdigest(),
        phash=difference_hash(image),
        width=image.width,
        height=image.height,
    )


def difference_hash(image: Image.Image) -> str:
    """Return 64 bits that stay nearly the same when a picture is scaled or re-saved.

    Each bit tells whether a pixel of the 9 × 8 grey miniature is darker than its right
    neighbour. Source: N. Krawetz, "Kind of Like That", hackerfactor.com, 2013 (dHash).
    """
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    grey = np.asarray(small, dtype=np.int16)
    return np.packbits(grey[:, :-1] < grey[:, 1:]).tobytes().hex()


def hash_distance(one: str, other: str) -> int:
    """Return in how many of 64 bits two hashes differ; up to 10 is the same scene."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _on_white(image: Image.Image) -> Image.Image:
    """Return the picture in plain colours; what was transparent becomes white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")
