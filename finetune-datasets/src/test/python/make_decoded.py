"""Writes the images of DecodedFilesTest with the values that Pillow gives.

    python3 make_decoded.py FOLDER       # needs Pillow with WebP; the last run had Pillow 12.3

FOLDER/expected.tsv has a line for each file: its name, width, height, and how close a reader has to come: "exact", "lossy" (a mean
difference up to 2 and a largest one up to 24 are fine), or "refused". NAME.rgb.gz has the RGB values of a file that is read, row by row:
turned upright as EXIF says, without alpha. Pillow refuses the PNG files with a damaged colour profile, which does not matter for the values:
they have those of the file without it.
"""

import ctypes
import glob
import gzip
import io
import os
import random
import struct
import sys
import zlib

import PIL
from PIL import Image, ImageOps

WIDTH, HEIGHT = 48, 32
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def scene(width=WIDTH, height=HEIGHT, seed=1):
    """Returns an image with smooth parts, edges and noise."""
    noise = random.Random(seed)
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            value = [20 + 4 * x % 230, 200 - 5 * y % 190, 40 + 3 * (x + y) % 200]
            if (x // 8 + y // 8) % 3 == 0:
                value = [230, 30, 40]
            if x > 3 * width // 4:
                value = [noise.randrange(256) for _ in range(3)]
            image.putpixel((x, y), tuple(value))
    return image


def alpha(image):
    """Returns a copy with transparency, whose colours are kept where it is transparent."""
    copy = image.convert("RGBA")
    for y in range(copy.height):
        for x in range(copy.width):
            r, g, b, _ = copy.getpixel((x, y))
            copy.putpixel((x, y), (r, g, b, (5 * x + 7 * y) % 256))
    return copy


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def rgb(file):
    """Returns the size and the values of a file as Pillow reads it."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file)))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    values = image.convert("RGB") if image.mode != "RGBA" else Image.merge("RGB", image.split()[:3])
    return values.size, values.tobytes()


# Colour profiles


def profile():
    """Returns a profile with the primaries of Display P3 and a gamma of 2.2."""

    def fixed(value):
        return struct.pack(">i", round(65536 * value))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(fixed(v) for v in values)

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, 563) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79)
    tags = [
        (b"desc", text),
        (b"wtpt", xyz(0.9642, 1, 0.8249)),
        (b"rXYZ", xyz(0.5151, 0.2412, -0.0011)),
        (b"gXYZ", xyz(0.2920, 0.6922, 0.0419)),
        (b"bXYZ", xyz(0.1571, 0.0666, 0.7841)),
        (b"rTRC", gamma),
        (b"gTRC", gamma),
        (b"bTRC", gamma),
        (b"cprt", b"text\0\0\0\0none\0"),
    ]
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags:
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    size = 128 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02200000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header.ljust(128, b"\0") + table + data


def with_segment(jpeg, marker, content):
    """Returns a JPEG file with one more segment after its start."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content + jpeg[2:]


# PNG


def chunk(kind, content, wrong=0):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content) ^ wrong)


def chunks(png):
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def rebuilt(png, change):
    """Returns a PNG file whose chunks are those that change(kind, content) returns."""
    return SIGNATURE + b"".join(change(kind, content) for kind, content in chunks(png))


def wrong_checksum(png, kind):
    return rebuilt(png, lambda k, c: chunk(k, c, wrong=1 if k == kind else 0))


def interlaced(image):
    """Returns an interlaced PNG file (Adam7), which Pillow does not write."""
    data = b""
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for y in range(y0, image.height, dy):
            row = [image.getpixel((x, y)) for x in range(x0, image.width, dx)]
            if row:
                data += b"\0" + b"".join(bytes(p) for p in row)
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 1)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def palette_png(indices, colours, depth, width, height):
    """Returns a PNG file with a palette."""
    header = struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)
    data, per_byte = b"", 8 // depth
    for y in range(height):
        row, data = indices[y * width : (y + 1) * width], data + b"\0"
        for x in range(0, width, per_byte):
            byte = 0
            for i in range(per_byte):
                byte = byte << depth | (row[x + i] if x + i < width else 0)
            data += bytes([byte])
    plte = chunk(b"PLTE", bytes(v for colour in colours for v in colour))
    return SIGNATURE + chunk(b"IHDR", header) + plte + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def png_files():
    image = scene()
    plain = saved(image, "PNG")
    yield "rgb.png", plain, "exact"
    yield "rgba.png", saved(alpha(image), "PNG"), "exact"
    yield "grey.png", saved(image.convert("L"), "PNG"), "exact"
    yield "grey-alpha.png", saved(alpha(image).convert("LA"), "PNG"), "exact"
    yield "bits.png", saved(image.convert("1"), "PNG"), "exact"
    for colours in (2, 4, 16, 200):
        yield f"palette-{colours}.png", saved(image.quantize(colours), "PNG"), "exact"
    yield "palette-transparent.png", saved(image.quantize(16), "PNG", transparency=3), "exact"
    yield "interlaced.png", interlaced(image), "exact"
    yield "one-pixel.png", saved(image.crop((0, 0, 1, 1)), "PNG"), "exact"
    wide = saved(image, "PNG", icc_profile=profile())
    yield "wide-gamut.png", wide, "exact"
    yield "half-a-profile.png", rebuilt(wide, lambda k, c: chunk(k, c[:30] if k == b"iCCP" else c)), "exact", plain
    yield "wrong-checksum-of-profile.png", wrong_checksum(wide, b"iCCP"), "exact", plain
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = saved(image, "PNG", exif=exif)
    yield "turned.png", turned, "exact"
    yield "no-end.png", turned[:-12], "exact"
    for kind in (b"IHDR", b"IDAT"):
        yield f"wrong-checksum-{kind.decode()}.png", wrong_checksum(plain, kind), "refused"
    indexed = saved(image.quantize(16), "PNG")
    yield "wrong-checksum-PLTE.png", wrong_checksum(indexed, b"PLTE"), "refused"
    yield "cut-in-data.png", plain[: len(plain) // 2], "refused"
    yield "cut-in-end.png", plain[:-5], "refused"
    yield "no-data.png", rebuilt(plain, lambda k, c: b"" if k == b"IDAT" else chunk(k, c)), "refused"
    short = zlib.compress(zlib.decompress(b"".join(c for k, c in chunks(plain) if k == b"IDAT"))[:2000])
    yield "short-data.png", rebuilt(plain, lambda k, c: chunk(k, short if k == b"IDAT" else c)), "refused"
    four = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    yield "palette-3.png", palette_png([i % 3 for i in range(96)], four, 2, 12, 8), "exact"
    yield "index-beyond-palette.png", palette_png([i % 4 for i in range(96)], four, 2, 12, 8), "refused"
    huge = struct.pack(">IIBBBBB", 17000, 19000, 8, 2, 0, 0, 0)
    yield "huge.png", rebuilt(plain, lambda k, c: chunk(k, huge if k == b"IHDR" else c)), "refused"


# JPEG


def jpeg_files():
    image = scene()
    for name, options in {
        "subsampled.jpg": {},
        "full.jpg": {"subsampling": 0},
        "progressive.jpg": {"progressive": True, "quality": 90},
        "rough.jpg": {"quality": 10},
        "wide-gamut.jpg": {"icc_profile": profile()},
        "restarts.jpg": {"restart_marker_blocks": 2},
    }.items():
        yield name, saved(image, "JPEG", **options), "lossy"
    plain = saved(image, "JPEG")
    yield "grey.jpg", saved(image.convert("L"), "JPEG"), "lossy"
    yield "odd-size.jpg", saved(scene(33, 17), "JPEG"), "lossy"
    yield "inks.jpg", saved(image.convert("CMYK"), "JPEG", quality=95), "lossy"
    yield "inks-wide-gamut.jpg", saved(image.convert("CMYK"), "JPEG", quality=95, icc_profile=profile()), "lossy"
    inks = saved(image.convert("CMYK"), "JPEG", quality=95)
    at = inks.index(b"\xff\xeeAdobe"[:2])
    yield "inks-without-adobe.jpg", inks[:at] + inks[at + 16 :], "lossy"
    icc = b"ICC_PROFILE\0\x01\x01"
    yield "half-a-profile.jpg", with_segment(plain, 0xE2, icc + profile()[:200]), "lossy"
    yield "empty-profile.jpg", with_segment(plain, 0xE2, icc), "lossy"
    yield "missing-profile-part.jpg", with_segment(plain, 0xE2, b"ICC_PROFILE\0\x01\x02" + profile()), "lossy"
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"turned-{orientation}.jpg", saved(image, "JPEG", exif=exif), "lossy"
    yield "png-named.jpg", saved(image, "PNG"), "exact"
    yield "cut.jpg", plain[: len(plain) // 2], "refused"
    yield "cut-in-header.jpg", plain[:200], "refused"
    at = plain.index(b"\xff\xc0")
    yield "huge.jpg", plain[: at + 5] + b"\xff\xff\xff\xff" + plain[at + 9 :], "refused"
    yield "two-zero-bytes.jpg", b"\0\0\x10\x10" + bytes(200), "refused"
    yield "float-tiff.jpg", saved(image.convert("L").convert("F"), "TIFF"), "refused"


# WebP


class Config(ctypes.Structure):
    """WebPConfig of libwebp 1.x."""

    _fields_ = [("lossless", ctypes.c_int), ("quality", ctypes.c_float)] + [
        (name, ctypes.c_int)
        for name in (
            "method image_hint target_size"
        ).split()
    ] + [("target_psnr", ctypes.c_float)] + [
        (name, ctypes.c_int)
        for name in (
            "segments sns_strength filter_strength filter_sharpness filter_type autofilter alpha_compression alpha_filtering"
            " alpha_quality pass show_compressed preprocessing partitions partition_limit emulate_jpeg_size thread_level"
            " low_memory near_lossless exact use_delta_palette use_sharp_yuv qmin qmax"
        ).split()
    ]


class Encoder:
    """libwebp's encoder, which has more settings than Pillow passes on."""

    def __init__(self):
        folder = os.path.join(os.path.dirname(os.path.dirname(PIL.__file__)), "pillow.libs")
        (sharp,) = glob.glob(os.path.join(folder, "libsharpyuv-*.so*")) or [None]
        if sharp:
            ctypes.CDLL(sharp, mode=ctypes.RTLD_GLOBAL)
        (path,) = [p for p in glob.glob(os.path.join(folder, "libwebp-*.so*"))]
        self.library = ctypes.CDLL(path)

    def encode(self, image, quality, **settings):
        config = Config()
        abi = 0x0210
        assert self.library.WebPConfigInitInternal(ctypes.byref(config), 0, ctypes.c_float(quality), abi)
        for name, value in settings.items():
            setattr(config, name, value)
        assert self.library.WebPValidateConfig(ctypes.byref(config))
        picture = ctypes.create_string_buffer(512)
        assert self.library.WebPPictureInitInternal(picture, abi)
        struct.pack_into("=iiii", picture, 0, 0, 0, image.width, image.height)
        self.library.WebPPictureImportRGB(picture, image.tobytes(), 3 * image.width)
        writer = ctypes.create_string_buffer(64)
        self.library.WebPMemoryWriterInit(writer)
        address = ctypes.cast(self.library.WebPMemoryWrite, ctypes.c_void_p).value
        self.hook(picture, address, ctypes.addressof(writer))
        assert self.library.WebPEncode(ctypes.byref(config), picture)
        data, size = struct.unpack_from("=QQ", writer, 0)
        return ctypes.string_at(data, size)

    @staticmethod
    def hook(picture, write, custom):
        """Sets the members writer and custom_ptr of WebPPicture (64-bit layout of encode.h)."""
        struct.pack_into("=QQ", picture, 96, write, custom)


def webp_files():
    image = scene()
    large = scene(104, 72)
    for quality in (5, 50, 80, 100):
        yield f"lossy-{quality}.webp", saved(large, "WEBP", quality=quality), "lossy"
    for width, height in ((1, 1), (17, 33), (33, 17), (15, 16), (64, 1)):
        yield f"lossy-{width}x{height}.webp", saved(scene(width, height), "WEBP", quality=75), "lossy"
    yield "lossy-alpha.webp", saved(alpha(image), "WEBP", quality=80, exact=True), "lossy"
    yield "lossless.webp", saved(image, "WEBP", lossless=True), "exact"
    yield "lossless-alpha.webp", saved(alpha(image), "WEBP", lossless=True, exact=True), "exact"
    yield "lossless-palette.webp", saved(image.quantize(12).convert("RGB"), "WEBP", lossless=True), "exact"
    yield "wide-gamut.webp", saved(image, "WEBP", lossless=True, icc_profile=profile()), "exact"
    exif = Image.Exif()
    exif[0x0112] = 3
    yield "turned.webp", saved(image, "WEBP", lossless=True, exif=exif), "exact"
    other = Image.eval(image, lambda v: 255 - v)
    frames = dict(save_all=True, append_images=[other], duration=100)
    yield "animated.webp", saved(image, "WEBP", lossless=True, **frames), "exact"
    yield "animated-lossy.webp", saved(image, "WEBP", quality=90, **frames), "lossy"
    yield "animated-alpha.webp", saved(
        alpha(image), "WEBP", lossless=True, exact=True, save_all=True, append_images=[alpha(other)]
    ), "exact"
    encoder = Encoder()
    for name, settings in {
        "no-filter": dict(filter_strength=0),
        "simple-filter": dict(filter_strength=60, filter_type=0),
        "strong-filter": dict(filter_strength=100, filter_type=1),
        "sharp-filter": dict(filter_strength=80, filter_sharpness=7, filter_type=1),
        "one-segment": dict(segments=1),
        "eight-partitions": dict(partitions=3),
        "fast": dict(method=0),
    }.items():
        yield f"{name}.webp", encoder.encode(large, 40, **settings), "lossy"
    whole = saved(image, "WEBP", lossless=True)
    yield "lossless-cut.webp", whole[: len(whole) // 2], "refused"
    lossy = saved(large, "WEBP", quality=80)
    yield "lossy-cut.webp", lossy[: len(lossy) // 2], "refused"
    short = lossy[: len(lossy) // 2]
    short = short[:4] + struct.pack("<I", len(short) - 8) + short[8:16] + struct.pack("<I", len(short) - 20) + short[20:]
    yield "lossy-short-data.webp", short, "refused"
    animated = saved(image, "WEBP", lossless=True, **frames)
    at = animated.index(b"ANMF")
    empty = animated[:at] + b"ANMF" + struct.pack("<I", 16) + animated[at + 8 : at + 24]
    yield "empty-frame.webp", empty[:4] + struct.pack("<I", len(empty) - 8) + empty[8:], "refused"
    canvas = saved(alpha(image), "WEBP", lossless=True, icc_profile=profile())
    at = canvas.index(b"VP8X") + 12
    yield "huge-canvas.webp", canvas[: at + 2] + b"\x7e" + canvas[at + 3 :], "refused"


# PNM, BMP, GIF


def pnm_files():
    image = scene(20, 9)
    yield "binary.ppm", saved(image, "PPM"), "exact"
    yield "binary.pgm", saved(image.convert("L"), "PPM"), "exact"
    yield "binary.pbm", saved(image.convert("1"), "PPM"), "exact"
    values = list(image.convert("L").tobytes())
    for most in (1, 7, 100, 255):
        scaled = [v * most // 255 for v in values]
        yield f"text-{most}.pgm", f"P2 # a comment\n20 9\n{most}\n{' '.join(map(str, scaled))}\n".encode(), "exact"
        yield f"binary-{most}.pgm", f"P5\n20 9\n{most}\n".encode() + bytes(scaled), "exact"
    text = " ".join(map(str, image.tobytes()))
    yield "text.ppm", f"P3\n# a\n# b\n20 9\n255\n{text}".encode(), "exact"
    bits = "".join("01"[v < 128] for v in values)
    yield "text.pbm", f"P1\n20 9\n{bits}".encode(), "exact"
    yield "above-most.pgm", b"P5\n20 9\n100\n" + bytes([101] * 180), "refused"
    yield "above-most-text.pgm", f"P2\n20 9\n100\n{' '.join(['200'] * 180)}".encode(), "refused"
    yield "cut.ppm", saved(image, "PPM")[:-1], "refused"
    yield "cut-text.pgm", b"P2\n20 9\n255\n1 2 3", "refused"
    yield "huge.ppm", b"P6\n100000 100000\n255\n" + bytes(300), "refused"
    yield "large-and-empty.pgm", b"P2\n9000 9000\n255\n1 2 3\n", "refused"
    yield "float.ppm", b"Pf\n2 2\n-1.0\n" + bytes(16), "refused"
    yield "no-largest-value.pgm", b"P5\n20 9\n0\n" + bytes(180), "refused"


def bmp_files():
    image = scene(21, 13)
    yield "rgb.bmp", saved(image, "BMP"), "exact"
    yield "rgba.bmp", saved(alpha(image), "BMP"), "exact"
    yield "grey.bmp", saved(image.convert("L"), "BMP"), "exact"
    yield "bits.bmp", saved(image.convert("1"), "BMP"), "exact"
    yield "palette.bmp", saved(image.quantize(16), "BMP"), "exact"
    plain = saved(image, "BMP")
    yield "cut.bmp", plain[: len(plain) // 2], "refused"
    yield "wrong-height.bmp", plain[:24] + b"\xff" + plain[25:], "refused"
    yield "large-and-empty.bmp", plain[:18] + struct.pack("<ii", 9000, 9000) + plain[26:], "refused"


def gif_files():
    image = scene().quantize(32)
    plain = saved(image, "GIF", interlace=0)
    yield "plain.gif", plain, "exact"
    yield "interlaced.gif", saved(image, "GIF", interlace=1), "exact"
    yield "transparent.gif", saved(image, "GIF", transparency=2), "exact"
    yield "animated.gif", saved(image, "GIF", save_all=True, append_images=[scene(seed=2).quantize(32)]), "exact"
    small = scene(24, 20).quantize(32)
    file = bytearray(saved(small, "GIF", interlace=0))
    table = 3 * (2 << (file[10] & 7)) if file[10] & 0x80 else 0
    at = file.index(b"\x2c", 13 + table)
    struct.pack_into("<HH", file, 6, WIDTH, HEIGHT)
    struct.pack_into("<HH", file, at + 1, 8, 6)
    yield "small-first-frame.gif", bytes(file), "exact"
    yield "cut.gif", plain[: len(plain) // 2], "refused"
    struct.pack_into("<HH", file, 6, 65535, 65535)
    yield "huge.gif", bytes(file), "refused"


def main(folder):
    os.makedirs(folder, exist_ok=True)
    lines = []
    for files in (png_files, jpeg_files, webp_files, pnm_files, bmp_files, gif_files):
        for name, file, closeness, *like in files():
            with open(os.path.join(folder, name), "wb") as out:
                out.write(file)
            width = height = 0
            if closeness != "refused":
                (width, height), values = rgb(like[0] if like else file)
                with open(os.path.join(folder, name + ".rgb.gz"), "wb") as out:
                    out.write(gzip.compress(values, mtime=0))
            lines.append(f"{name}\t{width}\t{height}\t{closeness}\n")
    with open(os.path.join(folder, "expected.tsv"), "w", encoding="utf-8") as out:
        out.writelines(lines)


if __name__ == "__main__":
    main(sys.argv[1])
