"""Photographs as they are stored: upright pixels in sRGB, as JPEG, and nothing else of what the camera wrote."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps

FORMATS = ("JPEG", "PNG", "HEIF")
SIDE = 4_096  # of what is kept: the whole of a phone's photograph of 12 million pixels
PAGE, PAPER = 1_024, 1_000  # of what a page shows, and of what half the width of a sheet needs at 280 per inch
MOST_PIXELS = 50_000_000  # decoded: 150 MB
MOST_OF_JPEG = 250_000_000  # a plain JPEG is decoded already reduced
QUALITY, SHOWN = 86, 78  # of what is kept, and of what is made of it

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # whoever opens one says the limit, with its measures: here and in accounts/shield.py
_alone = Lock()  # one of a process at a time: decoding takes memory


class Unreadable(Exception):
    """No picture, or a damaged one."""


class TooLarge(Exception):
    def __init__(self, width: int, height: int):
        super().__init__(f"{width} × {height}")
        self.width, self.height = width, height


@dataclass(frozen=True)
class Picture:
    content: bytes  # JPEG
    width: int
    height: int


def clean(content: bytes) -> Picture:
    """A JPEG, PNG or HEIC at most SIDE pixels a side. Raises Unreadable or TooLarge."""
    with _alone:
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                width, height = image.size  # from the header, before decompressing anything
                is_plain = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
                if width * height > (MOST_OF_JPEG if is_plain else MOST_PIXELS):
                    raise TooLarge(width, height)
                if is_plain:
                    image.draft("RGB", (SIDE, SIDE))
                ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it to True for the whole process
                return _written(_in_srgb(ImageOps.exif_transpose(image)), SIDE, QUALITY)
        except TooLarge:
            raise
        except Exception as error:  # Pillow raises almost anything on damaged or malicious files
            raise Unreadable from error


def fitted(content: bytes, side: int) -> Picture:
    """A picture that `clean` made, at most `side` pixels a side."""
    with _alone, Image.open(BytesIO(content), formats=FORMATS) as image:
        image.draft("RGB", (side, side))
        return _written(image.convert("RGB"), side, SHOWN)


def _in_srgb(image: Image.Image) -> Image.Image:
    """On white where it lets see through, and in the colours that a screen takes for granted."""
    if image.mode in ("P", "PA", "LA", "RGBA"):
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        return paper.convert("RGB")
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):  # a profile that says nothing: the pixels as they are
            pass
    return image.convert("RGB")


def _written(image: Image.Image, side: int, quality: int) -> Picture:
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", image.size)
    clean.paste(image)  # a new image has none of the metadata
    file = BytesIO()
    clean.save(file, "JPEG", quality=quality, optimize=True)
    return Picture(file.getvalue(), *clean.size)
