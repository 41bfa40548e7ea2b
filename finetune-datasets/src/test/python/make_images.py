"""Writes ../resources/images: small image files in formats that Java cannot write.

Needs Pillow (the files were written with 9.4) and NumPy. Every file shows the same scene, 40 x 24 pixels: the left
half red, the right half blue, a green band along the top quarter. Run: python3 make_images.py
"""
import os
import numpy as np
from PIL import Image

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "images")


def scene():
    a = np.zeros((24, 40, 3), np.uint8)
    a[:, :20] = (220, 20, 20)
    a[:, 20:] = (20, 20, 220)
    a[:6] = (20, 200, 20)
    return Image.fromarray(a)


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    image = scene()
    image.save(os.path.join(OUT, "scene.webp"), lossless=True)
    image.save(os.path.join(OUT, "scene.jpg"), quality=95, subsampling=0)
    image.convert("CMYK").save(os.path.join(OUT, "cmyk.jpg"), quality=95)
    # As a rotated camera stores it: rotated pixels, and a tag that says how to rotate them back.
    undo = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}
    for orientation, operation in undo.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.transpose(operation).save(
            os.path.join(OUT, f"exif{orientation}.jpg"), quality=95, subsampling=0, exif=exif)
