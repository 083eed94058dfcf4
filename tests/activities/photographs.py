"""Files as telephones and offices make them."""

import io
import random
import zipfile

import openpyxl
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
TURNED, MAKER, GPS = 0x0112, 0x010F, 0x8825


def photograph(width: int, height: int, format: str = "JPEG", *, turned: bool = True, seed: int = 1) -> bytes:
    """With the maker "CANARIO" and a place in its EXIF, and shades; `turned`: lying on its side."""
    chance = random.Random(seed)
    small = Image.frombytes("RGB", (64, 48), bytes(chance.randrange(40, 220) for _ in range(64 * 48 * 3)))
    image = small.resize((width, height), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[MAKER] = "CANARIO"
    if turned and format in ("JPEG", "MPO"):
        exif[TURNED] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (6.0, 15.0, 12.0), 3: "W", 4: (75.0, 34.0, 1.0)})
    file, more = io.BytesIO(), {"quality": 92}
    if format == "MPO":
        more |= {"save_all": True, "append_images": [image]}
    image.save(file, format, exif=exif, **more)
    return file.getvalue()


def xlsx() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def docx(*, macros: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
        if macros:
            archive.writestr("word/vbaProject.bin", "x")
    return file.getvalue()
