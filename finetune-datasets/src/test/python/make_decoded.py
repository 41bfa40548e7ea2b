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


# Orientation


def exif_of(*entries, order=">"):
    """Returns EXIF metadata with entries of a tag, a type, a count, and the value or its place."""
    body = b"".join(struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0") for tag, kind, count, value in entries)
    start = b"MM" if order == ">" else b"II"
    return start + struct.pack(order + "HIH", 42, 8, len(entries)) + body + bytes(4)


def turned(order=">", value=6):
    return exif_of((0x0112, 3, 1, struct.pack(order + "H", value)), order=order)


MAKER = exif_of((0x010F, 2, 4, b"abc\0"))
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="8"/></x:xmpmeta>'


def turned_jpegs():
    """Yields JPEG files whose metadata other writers than Pillow make, or which is damaged."""
    plain = saved(scene(20, 12), "JPEG")

    def segments(*contents):
        file = plain
        for content in contents[::-1]:
            file = with_segment(file, 0xE1, content)
        return file

    exif, xmp = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
    yield "exif-little-endian.jpg", segments(exif + turned("<")), "lossy"
    yield "exif-cut.jpg", segments(exif + turned()[:-4]), "lossy"
    yield "exif-too-many-entries.jpg", segments(exif + turned()[:8] + b"\1\0" + turned()[10:]), "lossy"
    yield "exif-as-text.jpg", segments(exif + exif_of((0x0112, 2, 2, b"6\0"))), "lossy"
    yield "exif-twice.jpg", segments(exif + MAKER, exif + turned()), "lossy"
    yield "exif-out-of-range.jpg", segments(exif + turned(value=9), xmp + XMP), "lossy"
    yield "exif-before-xmp.jpg", segments(exif + turned(), xmp + XMP), "lossy"
    yield "xmp.jpg", segments(xmp + XMP), "lossy"
    yield "xmp-beside-exif.jpg", segments(exif + MAKER, xmp + XMP), "lossy"


def turned_pngs():
    plain = saved(scene(20, 12), "PNG")

    def with_chunk(kind, content, at=b"IDAT"):
        return rebuilt(plain, lambda k, c: (chunk(kind, content) if k == at else b"") + chunk(k, c))

    raw = "\nexif\n%8d\n%s\n" % (6 + len(turned()), (b"Exif\0\0" + turned()).hex())
    keyword = b"Raw profile type exif\0"
    yield "exif-as-text.png", with_chunk(b"tEXt", keyword + raw.encode()), "exact"
    yield "exif-compressed.png", with_chunk(b"zTXt", keyword + b"\0" + zlib.compress(raw.encode()), b"IEND"), "exact"
    yield "exif-damaged.png", with_chunk(b"tEXt", keyword + raw.replace("0112", "01x2").encode()), "exact", plain
    yield "exif-at-the-end.png", with_chunk(b"eXIf", turned(), b"IEND"), "exact"
    keyword = b"XML:com.adobe.xmp\0"
    yield "xmp.png", with_chunk(b"iTXt", keyword + b"\0\0en\0\0" + XMP), "exact"
    yield "xmp-compressed.png", with_chunk(b"iTXt", keyword + b"\1\0\0\0" + zlib.compress(XMP)), "exact"
    yield "xmp-beside-exif.png", rebuilt(with_chunk(b"iTXt", keyword + b"\0\0\0\0" + XMP), lambda k, c: chunk(b"eXIf", MAKER) * (k == b"IDAT") + chunk(k, c)), "exact"


def riff(*parts):
    """Returns a WebP file with chunks."""
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(c)) + c + bytes(len(c) % 2) for kind, c in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def turned_webps():
    plain = saved(scene(20, 12), "WEBP", lossless=True)
    (length,) = struct.unpack("<I", plain[16:20])
    image = (b"VP8L", plain[20 : 20 + length])

    def header(flags):
        return b"VP8X", bytes([flags, 0, 0, 0, 19, 0, 0, 11, 0, 0])

    yield "exif-cut.webp", riff(header(8), image, (b"EXIF", turned()[:-4])), "exact"
    yield "exif-not-announced.webp", riff(header(4), image, (b"EXIF", turned())), "exact"
    yield "xmp.webp", riff(header(4), image, (b"XMP ", XMP)), "exact"
    yield "xmp-beside-exif.webp", riff(header(12), image, (b"EXIF", MAKER), (b"XMP ", XMP)), "exact"
    long = riff(header(8), image, (b"EXIF", turned()))
    at = long.index(b"EXIF") + 4
    yield "exif-longer-than-file.webp", long[:at] + b"\xff" + long[at + 1 :], "refused"


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


def without(jpeg, marker):
    """Returns a JPEG file without its first segment with a marker."""
    at = jpeg.index(bytes([0xFF, marker]))
    (length,) = struct.unpack(">H", jpeg[at + 2 : at + 4])
    return jpeg[:at] + jpeg[at + 2 + length :]


def named(jpeg, names):
    """Returns a JPEG file of three components with other names for them."""
    file = bytearray(jpeg)
    frame, scan = jpeg.index(b"\xff\xc0") + 10, jpeg.index(b"\xff\xda") + 5
    for i, name in enumerate(names):
        file[frame + 3 * i] = file[scan + 2 * i] = name
    return bytes(file)


def colour_jpegs():
    """Yields JPEG files whose marks for the kind of colours disagree, or are missing."""
    image = scene()
    plain = saved(image, "JPEG", subsampling=0)
    bare = without(plain, 0xE0)
    inks = without(saved(image.convert("CMYK"), "JPEG", quality=95), 0xEE)

    def adobe(file, transform):
        return with_segment(file, 0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))

    yield "bare.jpg", bare, "lossy"
    yield "jfif-and-adobe-0.jpg", adobe(plain, 0), "lossy"
    for transform in (0, 1, 2):
        yield f"adobe-{transform}.jpg", adobe(bare, transform), "lossy"
        yield f"inks-adobe-{transform}.jpg", adobe(inks, transform), "lossy"
    for names in (b"RGB", b"YCc", b"\0\1\2"):
        yield f"names-{names.hex()}.jpg", named(bare, names), "lossy"
        yield f"names-{names.hex()}-jfif.jpg", named(plain, names), "lossy"
    yield "names-and-adobe-2.jpg", adobe(named(bare, b"RGB"), 2), "lossy"
    large = saved(scene(104, 72), "JPEG", optimize=True)
    at = large.index(b"\xff\xda") + 400
    yield "unknown-codes.jpg", large[:at] + b"\xff\0" * 20 + large[at + 40 :], "refused"
    large = saved(scene(104, 72), "JPEG", restart_marker_rows=1)
    at = large.index(b"\xff\xd1")
    yield "missing-restart.jpg", large[:at] + large[large.index(b"\xff\xd2") :], "refused"


def jpeg_files():
    yield from colour_jpegs()
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


def frames_of(webp):
    """Yields the chunks of a WebP file."""
    at = 12
    while at < len(webp):
        (length,) = struct.unpack("<I", webp[at + 4 : at + 8])
        yield webp[at : at + 4], webp[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


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
    at = animated.index(b"ANMF", at + 4)
    yield "later-frame-cut.webp", riff(*frames_of(animated[:at]), (b"ANMF", animated[at + 8 : at + 60])), "refused"
    at = animated.index(b"ANMF") + 8
    yield "frame-beyond-canvas.webp", animated[:at] + b"\2" + animated[at + 1 :], "refused"
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
    header, samples = b"P5\n20 9\n255", bytes(values)
    # Pillow refuses it, netpbm reads it: the end of the comment is the white space.
    yield "comment-after-header.pgm", header + b"# a comment\n" + samples, "exact", header + b"\n" + samples
    yield "no-space-after-header.pgm", header + b"x" + samples, "refused"
    yield "text-with-letters.pgm", f"P2\n20 9\n255\n{' '.join(map(str, values))}x".encode(), "refused"
    yield "above-most.pgm", b"P5\n20 9\n100\n" + bytes([101] * 180), "refused"
    yield "above-most-text.pgm", f"P2\n20 9\n100\n{' '.join(['200'] * 180)}".encode(), "refused"
    yield "cut.ppm", saved(image, "PPM")[:-1], "refused"
    yield "cut-text.pgm", b"P2\n20 9\n255\n1 2 3", "refused"
    yield "huge.ppm", b"P6\n100000 100000\n255\n" + bytes(300), "refused"
    yield "large-and-empty.pgm", b"P2\n9000 9000\n255\n1 2 3\n", "refused"
    yield "float.ppm", b"Pf\n2 2\n-1.0\n" + bytes(16), "refused"
    yield "no-largest-value.pgm", b"P5\n20 9\n0\n" + bytes(180), "refused"


def bmp(width, height, bits, data, compression=0, palette=b"", said=0, masks=b"", header=40, offset=None):
    """Returns a BMP file. said is the number of colours in its header, offset where its pixels begin."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(data), 2835, 2835, said, 0)
        info = info.ljust(header, b"\0")
    before = info + masks + palette
    start = 14 + len(before) if offset is None else offset
    return b"BM" + struct.pack("<IHHI", 14 + len(before) + len(data), 0, 0, start) + before + data


def bmp_rows(rows, bits):
    """Returns the stored rows of an image, from the last to the first, each as long as a multiple of 4."""
    data = b""
    for row in rows[::-1]:
        stored = b""
        if bits > 8:
            stored = b"".join(struct.pack("<I", value)[: bits // 8] for value in row)
        else:
            for x in range(0, len(row), 8 // bits):
                byte = 0
                for i in range(8 // bits):
                    byte = byte << bits | (row[x + i] if x + i < len(row) else 0)
                stored += bytes([byte])
        data += stored + bytes(-len(stored) % 4)
    return data


def bmp_runs(rows, bits):
    """Returns the rows as runs of every kind: of one colour, of two (nibbles), and of unlike pixels, in odd numbers too."""
    data = b""
    for y, row in enumerate(rows[::-1]):
        x = 0
        while x < len(row):
            same = 1
            while x + same < len(row) and row[x + same] == row[x]:
                same += 1
            unlike = min(5, len(row) - x)
            if same >= 3 or unlike < 3:
                data += bytes([same, row[x] if bits == 8 else row[x] * 17])
                x += same
            else:
                part = row[x : x + unlike]
                if bits == 4:
                    part = [a << 4 | b for a, b in zip(part[::2], part[1::2] + [0])]
                data += bytes([0, unlike] + part) + bytes(len(part) % 2)
                x += unlike
        data += b"\0\0" if y + 1 < len(rows) else b"\0\1"
    return data


def bmp_variants():
    """Yields BMP files that Pillow does not write."""
    width, height = 21, 13
    image = scene(width, height)
    indexed = image.quantize(16)
    rows = [[indexed.getpixel((x, y)) for x in range(width)] for y in range(height)]
    colours = [tuple(indexed.getpalette()[3 * i : 3 * i + 3]) for i in range(16)]
    four = b"".join(bytes([b, g, r, 0]) for r, g, b in colours)
    three = b"".join(bytes([b, g, r]) for r, g, b in colours)
    plain = saved(image, "BMP")
    flat = bmp(width, height, 4, bmp_rows(rows, 4), palette=four)
    yield "nibbles.bmp", flat, "exact"
    yield "os2.bmp", bmp(width, height, 4, bmp_rows(rows, 4), palette=three, header=12), "exact"
    # Pillow passes over half of the last byte of unlike pixels in odd numbers.
    yield "runs-of-nibbles.bmp", bmp(width, height, 4, bmp_runs(rows, 4), 2, four), "exact", flat
    runs = bmp_runs(rows, 8)
    yield "runs-of-bytes.bmp", bmp(width, height, 8, runs, 1, four, 16), "exact"
    yield "runs-cut.bmp", bmp(width, height, 8, runs[: len(runs) // 2], 1, four, 16), "refused"
    yield "runs-end-early.bmp", bmp(width, height, 8, runs[: runs.index(b"\0\0") + 2] + b"\0\1", 1, four, 16), "refused"
    filled = b"".join(bytes([width + 3, 1 + y, 0, 0]) for y in range(height)) + b"\0\1"
    yield "runs-longer-than-rows.bmp", bmp(width, height, 8, filled, 1, four, 16), "exact"
    passed = bytes([3, 1, 0, 2, 4, 2, 2, 5, 0, 0]) + b"".join(bytes([width, 2, 0, 0]) for _ in range(height - 3)) + b"\0\1"
    yield "pixels-passed-over.bmp", bmp(width, height, 8, passed, 1, four, 16), "exact"
    yield "index-beyond-palette.bmp", bmp(width, height, 4, bmp_rows(rows, 4), palette=four[:32], said=8), "refused"
    yield "too-many-colours.bmp", bmp(width, height, 8, bmp_rows(rows, 8), palette=four, said=305402420), "refused"
    yield "offset-without-palette.bmp", bmp(width, height, 8, bmp_rows(rows, 8), palette=four, said=16, offset=54), "exact"
    top = bmp_rows(rows[::-1], 4)
    yield "from-top.bmp", bmp(width, -height, 4, top, palette=four), "exact"
    values = [[image.getpixel((x, y)) for x in range(width)] for y in range(height)]
    bits_555 = [[(r >> 3) << 10 | (g >> 3) << 5 | b >> 3 for r, g, b in row] for row in values]
    bits_565 = [[(r >> 3) << 11 | (g >> 2) << 5 | b >> 3 for r, g, b in row] for row in values]
    yield "bits-555.bmp", bmp(width, height, 16, bmp_rows(bits_555, 16)), "exact"
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    yield "bits-565.bmp", bmp(width, height, 16, bmp_rows(bits_565, 16), 3, masks=masks), "exact"
    red_last = [[r | g << 8 | b << 16 for r, g, b in row] for row in values]
    masks = struct.pack("<III", 0xFF, 0xFF00, 0xFF0000)
    yield "red-first.bmp", bmp(width, height, 32, bmp_rows(red_last, 32), 3, masks=masks), "exact", plain  # Pillow refuses it
    masks = struct.pack("<III", 0xF0F0, 0xF00, 0xF)
    yield "scattered-bits.bmp", bmp(width, height, 16, bmp_rows(bits_565, 16), 3, masks=masks), "refused"


def bmp_files():
    yield from bmp_variants()
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


def lzw(indices, bits, clears=1, end=True, odd=None):
    """Returns the blocks of a frame that has clear codes so often that codes never get longer."""
    clear, codes, room = 1 << bits, [], 0
    for i, index in enumerate(indices):
        if room == 0:
            codes += [clear] * clears
            room = max(1, clear - 2)
        codes.append(index if i != odd else clear + 300)
        room -= 1
    if end:
        codes.append(clear + 1)
    value = length = 0
    for code in codes:
        value |= code << length
        length += bits + 1
    data = value.to_bytes((length + 7) // 8, "little")
    blocks = [data[i : i + 255] for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif(canvas, frame, data, palette=None, local=None, transparent=None, before=b"", end=b";"):
    """Returns a GIF file. frame has the left and top side, width and height; palettes have 2 ** n colours."""

    def table(colours):
        return (0x80 | (len(colours).bit_length() - 2), bytes(v for c in colours for v in c)) if colours else (0, b"")

    flags, colours = table(palette)
    file = b"GIF89a" + struct.pack("<HHBBB", *canvas, flags, 0, 0) + colours
    if transparent is not None:
        file += bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    flags, colours = table(local)
    return file + before + b"," + struct.pack("<HHHHB", *frame, flags) + colours + data + end


def gif_variants():
    """Yields GIF files that Pillow does not write."""
    colours = [(0, 0, 0), (220, 30, 40), (20, 200, 60), (250, 240, 10)]
    other = [(9, 8, 7), (1, 120, 200), (90, 10, 60), (255, 255, 255)]
    indices = [(x // 2 + y) % 4 for y in range(9) for x in range(12)]
    size, frame = (12, 9), (0, 0, 12, 9)
    data = lzw(indices, 2)
    yield "two-palettes.gif", gif((16, 12), (2, 1, 12, 9), data, colours, other), "exact"
    yield "transparent-canvas.gif", gif((16, 12), (2, 1, 12, 9), data, colours, transparent=3), "exact"
    yield "beyond-canvas.gif", gif((8, 4), (3, 2, 12, 9), data, colours), "exact"
    yield "no-palette.gif", gif(size, frame, data), "exact"
    yield "clear-codes.gif", gif(size, frame, lzw(indices, 2, clears=3), colours), "exact"
    yield "long-codes.gif", gif(size, frame, lzw(indices, 11), colours), "exact"
    yield "zero-before-frame.gif", gif(size, frame, data, colours, before=b"\0"), "exact"
    yield "transparent-beyond-palette.gif", gif(size, frame, lzw([200 if i == 3 else i for i in indices], 8), colours, transparent=200), "exact"
    yield "no-trailer.gif", gif(size, frame, data, colours, end=b""), "exact", gif(size, frame, data, colours)
    yield "index-beyond-palette.gif", gif(size, frame, lzw([200 if i == 3 else i for i in indices], 8), colours), "refused"
    yield "index-above-255.gif", gif(size, frame, lzw([1000 if i == 3 else i for i in indices], 10), colours), "refused"
    yield "unknown-code.gif", gif(size, frame, lzw(indices, 8, odd=50), colours), "refused"
    yield "ends-early.gif", gif(size, frame, lzw(indices[:80], 2), colours), "refused"
    yield "no-end-code.gif", gif(size, frame, lzw(indices[:80], 2, end=False), colours), "refused"
    yield "no-frame.gif", gif(size, frame, data, colours)[:25] + b";", "refused"
    yield "empty-frame.gif", gif(size, (0, 0, 0, 9), data, colours), "refused"
    yield "unknown-block.gif", gif(size, frame, data, colours, before=b"\x55"), "refused"


def gif_files():
    yield from gif_variants()
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
    for files in (turned_jpegs, turned_pngs, turned_webps, png_files, jpeg_files, webp_files, pnm_files, bmp_files, gif_files):
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
