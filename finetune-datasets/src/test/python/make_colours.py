"""Writes the images of ColourProfilesTest with the values that they have in sRGB.

    python3 make_colours.py FOLDER       # needs Pillow with LittleCMS; the last run had Pillow 12.3 and LittleCMS 2.19

FOLDER/expected.tsv has a line for each file: its name, width, height, the largest difference that is fine, and whether the values are
"converted", which changes them clearly, "near" the stored ones, or "stored". NAME.rgb.gz has the RGB
values of the file, row by row, as Pillow's ImageCms converts them; those of files whose profile cannot be used are the stored ones, and
those of the file with 16 bits are computed here from the formulas of the profile and of sRGB (IEC 61966-2-1).
"""

import gzip
import io
import os
import random
import struct
import sys
import zlib

from PIL import Image, ImageCms, ImageOps
from make_decoded import chunk, rebuilt, saved, with_segment, wrong_checksum

SIDE = 16

# Red, green and blue in the profile connection space, D50 (CIE XYZ), of Display P3 and of Adobe RGB (1998).
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
WHITE = (0.9642, 1.0, 0.8249)

# Formulas of a curve: a gamma in 256ths.
GAMMA = 563

# From D50 to linear sRGB: the inverse of the columns of sRGB's profile.
FROM_XYZ = ((3.1338561, -1.6168667, -0.4906146), (-0.9787684, 1.9161415, 0.0334540), (0.0719453, -0.2289914, 1.4052427))

# LittleCMS on both sides, whose 8-bit conversions round curves and sums each: a step, and one more between versions.
SAME = 2

# A decoder of JPEG that rounds otherwise is off by 1 in each component of YCbCr, which is up to 1 + 1.772 in blue. From P3 or Adobe RGB to
# sRGB the largest sum of factors in a row is 1.3 to 1.5 in linear light, and the slope of the curves at most about 2 in what is tested.
OTHER_DECODER = 8

# A decoder of JPEG alone, and with the conversion of inks behind it.
DECODER = 3
INKS = 6

CONVERTED, NEAR, STORED = "converted", "near", "stored"


def fixed(value):
    return struct.pack(">i", round(65536 * value))


def xyz(*values):
    return b"XYZ \0\0\0\0" + b"".join(fixed(v) for v in values)


def profile(kind, space, pcs, tags, version=0x02200000):
    """Returns a profile with tags."""
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(79)
    tags = [(b"desc", text), (b"wtpt", xyz(*WHITE)), *tags, (b"cprt", b"text\0\0\0\0none\0")]
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags:
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    size = 128 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"none", version, kind, space, pcs)
    header += bytes(12) + b"acsp" + bytes(28) + b"".join(fixed(v) for v in WHITE)
    return header.ljust(128, b"\0") + table + data


def curve(gamma=GAMMA):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, gamma) + b"\0\0"


def matrix(primaries, *more):
    columns = [(name, xyz(*values)) for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries)]
    curves = [(name, curve()) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return profile(b"mntr", b"RGB ", b"XYZ ", columns + curves + list(more))


def elements(count):
    """Returns a chain of equal matrices (a tag of type mpet), which are stored once."""
    head = b"mpet\0\0\0\0" + struct.pack(">HHI", 3, 3, count)
    factors = [values[i] for i in range(3) for values in DISPLAY_P3]
    element = b"matf\0\0\0\0" + struct.pack(">HH12f", 3, 3, *factors, 0, 0, 0)
    return head + struct.pack(">II", len(head) + 8 * count, len(element)) * count + element


def grey_profile():
    return profile(b"mntr", b"GRAY", b"XYZ ", [(b"kTRC", curve(461))])


def lab(x, y, z):
    def f(t):
        return t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116

    fx, fy, fz = (f(max(0, v) / w) for v, w in zip((x, y, z), WHITE))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def table(exposure):
    """Returns a table of colours from RGB to Lab (a tag of type mft2), those of Display P3 and a gamma of 1.8 made darker."""
    points = 9
    out = b"mft2\0\0\0\0" + bytes((3, 3, points, 0))
    out += b"".join(fixed(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1)) + struct.pack(">HH", 2, 2)
    out += struct.pack(">6H", *(0, 65535) * 3)
    for index in range(points**3):
        linear = [(v / (points - 1)) ** 1.8 * exposure for v in (index // points**2, index // points % points, index % points)]
        lightness, a, b = lab(*(sum(linear[c] * DISPLAY_P3[c][i] for c in range(3)) for i in range(3)))
        values = (lightness / 100 * 65280, (a + 128) * 256, (b + 128) * 256)
        out += struct.pack(">3H", *(min(65535, max(0, round(v))) for v in values))
    return out + struct.pack(">6H", *(0, 65535) * 3)


def tables():
    """Returns a profile of tables that are different for perceptual and for colorimetric conversion."""
    return profile(b"scnr", b"RGB ", b"Lab ", [(b"A2B0", table(0.9)), (b"A2B1", table(0.5))])


def scene():
    """Returns an image with all corners of the gamut, greys and other colours."""
    noise = random.Random(7)
    image = Image.new("RGB", (SIDE, SIDE))
    for y in range(SIDE):
        for x in range(SIDE):
            if y < 4:
                value = tuple(255 * (x >> bit & 1) for bit in range(3))
            elif y < 6:
                value = (17 * x,) * 3
            else:
                value = tuple(noise.randrange(256) for _ in range(3))
            image.putpixel((x, y), value)
    return image


def smooth():
    """Returns an image that JPEG and lossy WebP keep well."""
    image = Image.new("RGB", (SIDE, SIDE))
    for y in range(SIDE):
        for x in range(SIDE):
            image.putpixel((x, y), (40 + 12 * x, 220 - 10 * y, 60 + 5 * (x + y)))
    return image


SRGB = ImageCms.createProfile("sRGB")


def stored(file):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    if image.mode in ("RGBA", "P"):
        image = image.convert("RGBA").split()[:3]
        image = Image.merge("RGB", image)
    return image


def converted(file, icc):
    """Returns the values of a file in sRGB, as Java converts them: without a grid of colours that are computed before."""
    exact = ImageCms.Flags.NOOPTIMIZE
    return ImageCms.profileToProfile(stored(file), io.BytesIO(icc), SRGB, outputMode="RGB", flags=exact)


def deep(icc):
    """Returns a PNG file with 16 bits per value, and its values in sRGB."""
    noise = random.Random(16)
    values = [[noise.randrange(65536) for _ in range(3)] for _ in range(SIDE * SIDE)]
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">3H", *values[SIDE * y + x]) for x in range(SIDE)) for y in range(SIDE)
    )
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 16, 2, 0, 0, 0))
    png += chunk(b"iCCP", b"test\0\0" + zlib.compress(icc)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    out = bytearray()
    for value in values:
        linear = [(v / 65535) ** (GAMMA / 256) for v in value]
        point = [sum(linear[c] * ADOBE_RGB[c][i] for c in range(3)) for i in range(3)]
        for row in FROM_XYZ:
            light = min(1, max(0, sum(f * p for f, p in zip(row, point))))
            out.append(round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)))
    return png, Image.frombytes("RGB", (SIDE, SIDE), bytes(out))


def segmented(jpeg, icc, order):
    """Returns a JPEG file with a profile in as many segments as order has, in that order."""
    size = -(-len(icc) // len(order))
    for place in reversed(order):
        part = icc[size * (place - 1) : size * place]
        jpeg = with_segment(jpeg, 0xE2, b"ICC_PROFILE\0" + bytes((place, len(order))) + part)
    return jpeg


def files():
    """Returns names, files, the images in sRGB, the largest differences, and what happens to the values."""
    image, even = scene(), smooth()
    p3, adobe = matrix(DISPLAY_P3), matrix(ADOBE_RGB)
    grey = grey_profile()
    for name, icc in {"display-p3": p3, "adobe-rgb": adobe, "tables": tables()}.items():
        for form, options in {"png": {}, "webp": {"lossless": True}, "jpg": {"quality": 100, "subsampling": 0}}.items():
            picture = even if form == "jpg" else image
            file = saved(picture, "JPEG" if form == "jpg" else form.upper(), icc_profile=icc, **options)
            yield f"{name}.{form}", file, converted(file, icc), OTHER_DECODER if form == "jpg" else SAME, CONVERTED
    srgb = ImageCms.ImageCmsProfile(SRGB).tobytes()
    srgb = srgb[:24] + bytes(12) + srgb[36:]  # without the time
    file = saved(image, "PNG", icc_profile=srgb)
    yield "srgb.png", file, converted(file, srgb), SAME, NEAR
    file = saved(image.convert("L"), "PNG", icc_profile=grey)
    yield "grey.png", file, converted(file, grey), SAME, CONVERTED
    file = saved(even.convert("L"), "JPEG", quality=100, icc_profile=grey)
    yield "grey.jpg", file, converted(file, grey), OTHER_DECODER, CONVERTED
    file = saved(image.quantize(64), "PNG", icc_profile=p3)
    yield "palette.png", file, converted(file, p3), SAME, CONVERTED
    clear = image.copy()
    clear.putalpha(image.convert("L"))
    file = saved(clear, "PNG", icc_profile=p3)
    yield "alpha.png", file, converted(file, p3), SAME, CONVERTED
    other = Image.eval(image, lambda v: 255 - v)
    file = saved(image, "WEBP", lossless=True, icc_profile=p3, save_all=True, append_images=[other], duration=100)
    yield "animated.webp", file, converted(file, p3), SAME, CONVERTED
    exif = Image.Exif()
    exif[0x0112] = 6
    file = saved(even, "JPEG", quality=100, subsampling=0, icc_profile=p3, exif=exif)
    yield "turned.jpg", file, converted(file, p3), OTHER_DECODER, CONVERTED
    yield "deep.png", *deep(adobe), SAME, CONVERTED
    plain = saved(even, "JPEG", quality=100, subsampling=0)
    yield "three-segments.jpg", (file := segmented(plain, p3, [1, 2, 3])), converted(file, p3), OTHER_DECODER, CONVERTED
    yield "segments-in-another-order.jpg", (file := segmented(plain, p3, [3, 1, 2])), converted(file, p3), OTHER_DECODER, CONVERTED
    # Without a profile that can be used
    png = saved(image, "PNG", icc_profile=p3)
    lossless = saved(image, "WEBP", lossless=True, icc_profile=p3)
    half = p3[: len(p3) // 2]
    yield "no-profile.png", saved(image, "PNG"), image, 0, STORED
    yield "half-a-profile.png", saved(image, "PNG", icc_profile=half), image, 0, STORED
    yield "half-a-profile.webp", saved(image, "WEBP", lossless=True, icc_profile=half), image, 0, STORED
    yield "cut-compression.png", rebuilt(png, lambda k, c: chunk(k, c[:60] if k == b"iCCP" else c)), image, 0, STORED
    yield "wrong-checksum.png", wrong_checksum(png, b"iCCP"), image, 0, STORED
    yield "no-name.png", rebuilt(png, lambda k, c: chunk(k, bytes(c).replace(b"\0", b"x") if k == b"iCCP" else c)), image, 0, STORED
    for number in range(4):
        chain = matrix(DISPLAY_P3, (b"D2B%d" % number, elements(1)))
        yield f"elements-{number}.png", saved(image, "PNG", icc_profile=chain), image, 0, STORED
    yield "grey-profile.png", saved(image, "PNG", icc_profile=grey), image, 0, STORED
    yield "colour-profile-of-grey.png", saved(image.convert("L"), "PNG", icc_profile=p3), image.convert("L"), 0, STORED
    yield "no-curves.png", saved(image, "PNG", icc_profile=p3.replace(b"rTRC", b"xxxx")), image, 0, STORED
    yield "named-colours.png", saved(image, "PNG", icc_profile=p3.replace(b"mntr", b"nmcl", 1)), image, 0, STORED
    at = lossless.index(b"VP8X") + 8
    yield "hidden-profile.webp", lossless[:at] + bytes((lossless[at] & ~0x20,)) + lossless[at + 1 :], image, 0, STORED
    kept = stored(plain)
    first = segmented(plain, p3, [1, 2, 3])
    at = first.index(b"ICC_PROFILE\0\x02") - 4
    yield "missing-segment.jpg", first[:at] + first[at + 2 + struct.unpack(">H", first[at + 2 : at + 4])[0] :], kept, DECODER, STORED
    yield "a-segment-twice.jpg", segmented(plain, p3, [1, 2, 2]), kept, DECODER, STORED
    yield "short-segment.jpg", with_segment(plain, 0xE2, b"ICC_PROFILE\0\x01"), kept, DECODER, STORED
    inks = saved(even.convert("CMYK"), "JPEG", quality=100, subsampling=0)
    yield "inks.jpg", with_segment(inks, 0xE2, b"ICC_PROFILE\0\x01\x01" + p3), stored(inks), INKS, STORED


def main(folder):
    os.makedirs(folder, exist_ok=True)
    lines = []
    for name, file, image, largest, what in files():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(file)
        with open(os.path.join(folder, name + ".rgb.gz"), "wb") as out:
            out.write(gzip.compress(image.convert("RGB").tobytes(), mtime=0))
        lines.append(f"{name}\t{image.width}\t{image.height}\t{largest}\t{what}\n")
    with open(os.path.join(folder, "expected.tsv"), "w", encoding="utf-8") as out:
        out.writelines(lines)


if __name__ == "__main__":
    main(sys.argv[1])
