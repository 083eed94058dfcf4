"""An entity's shield is stored as a small re-encoded PNG, so that only the pixels of an upload are kept."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

FORMATS = ("PNG", "JPEG")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 2000  # of each side: 4,000 would take 190 MiB to decode
SIDE = 600  # enough for the cover of an A4 report


def reencode(upload: UploadedFile) -> bytes:
    """The uploaded PNG or JPEG as a PNG of at most 600 pixels a side, without metadata.

    Raises ValidationError when it is something else, weighs over 2 MB, or measures over 2,000 pixels a side.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("El escudo pesa más de 2 MB. Guárdelo más pequeño: con 600 píxeles de lado basta."))
    try:
        with Image.open(upload, formats=FORMATS) as image:
            if max(image.size) > MOST_PIXELS:  # from the header, before decompressing anything
                raise ValidationError(
                    _("El escudo mide %(width)s × %(height)s píxeles. Redúzcalo: con 600 píxeles de lado basta.")
                    % {"width": image.width, "height": image.height}
                )
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it to True for the whole process
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((SIDE, SIDE))
            pixels = upright.convert("RGBA")
    except ValidationError:
        raise
    except Exception as error:  # Pillow raises almost anything on damaged or malicious files
        raise ValidationError(
            _("«%(name)s» no es una imagen PNG o JPEG que se pueda leer. Guarde el escudo como PNG y súbalo otra vez.")
            % {"name": upload.name}
        ) from error
    clean = Image.new("RGBA", pixels.size)
    clean.paste(pixels)  # a new image has none of the metadata
    file = BytesIO()
    clean.save(file, "PNG", optimize=True)
    return file.getvalue()
