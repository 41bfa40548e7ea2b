"""Writes goldens/safetensors.json: crafted safetensors files, and whether the reference reader takes them.

python make_safetensors_cases.py OUTPUT_FOLDER

Needs safetensors, numpy and torch. The file has for each case its name, its bytes in base64, "accepted" and the version of
the reader; for each number type a file with all kinds of values and the float32 values that torch reads.
"""

import base64
import json
import pathlib
import struct
import sys

import numpy as np
import safetensors
import torch


def made(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(name, dtype="F32", shape="[1]", offsets="[0,4]", more=""):
    return '"%s":{"dtype":"%s","shape":%s,"data_offsets":%s%s}' % (name, dtype, shape, offsets, more)


def one(data=4, **changes):
    return made("{" + entry("a", **changes) + "}", bytes(data))


def two(first, second, data):
    return made("{" + entry("a", offsets=first) + "," + entry("b", offsets=second) + "}", bytes(data))


CASES = {
    "one tensor": one(),
    "no tensor": made("{}"),
    "no bytes": b"",
    "seven bytes": bytes(7),
    "eight bytes": bytes(8),
    "a header of one byte": made("{"),
    "a header longer than the file": made("{}", length=3),
    "a header of 2^63 bytes": made("{}", length=1 << 63),
    "a header of 2^64 - 1 bytes": made("{}", length=(1 << 64) - 1),
    "a header over the limit": made("{}", length=100_000_001),
    "blanks behind the header": made("{" + entry("a") + "}   ", bytes(4)),
    "a line break behind the header": made("{" + entry("a") + "}\n", bytes(4)),
    "zeros behind the header": made("{" + entry("a") + "}\0\0", bytes(4)),
    "a blank before the header": made(" {" + entry("a") + "}", bytes(4)),
    "a byte order mark": made(b"\xef\xbb\xbf{" + entry("a").encode() + b"}", bytes(4)),
    "two objects": made("{" + entry("a") + "}{}", bytes(4)),
    "an array": made("[]"),
    "a number": made("12"),
    "null": made("null"),
    "half an object": made('{"a":', bytes(4)),
    "single quotes": made("{" + entry("a").replace('"', "'") + "}", bytes(4)),
    "a comment": made("{/**/" + entry("a") + "}", bytes(4)),
    "a comma at the end": made("{" + entry("a") + ",}", bytes(4)),
    "no UTF-8": made(b'{"\xff":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4)),
    "overlong UTF-8": made(b'{"\xc0\x80":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(4)),
    "half a surrogate pair": made("{" + entry("\\ud800") + "}", bytes(4)),
    "a surrogate pair": made("{" + entry("\\ud83d\\ude00") + "}", bytes(4)),
    "a name with a line break": made("{" + entry("\n") + "}", bytes(4)),
    "an empty name": made("{" + entry("") + "}", bytes(4)),
    "a name twice": made("{" + entry("a") + "," + entry("a") + "}", bytes(4)),
    "a key twice": one(more=',"dtype":"F32"'),
    "an unknown key": one(more=',"other":[{}]'),
    "metadata": made('{"__metadata__":{"a":"b"},' + entry("a") + "}", bytes(4)),
    "metadata of null": made('{"__metadata__":null,' + entry("a") + "}", bytes(4)),
    "metadata with a number": made('{"__metadata__":{"a":1},' + entry("a") + "}", bytes(4)),
    "metadata of an array": made('{"__metadata__":[],' + entry("a") + "}", bytes(4)),
    "metadata twice": made('{"__metadata__":{},"__metadata__":{},' + entry("a") + "}", bytes(4)),
    "a tensor of null": made('{"a":null}'),
    "a tensor as an array": made('{"a":["F32",[1],[0,4]]}', bytes(4)),
    "no type": made('{"a":{"shape":[1],"data_offsets":[0,4]}}', bytes(4)),
    "no shape": made('{"a":{"dtype":"F32","data_offsets":[0,4]}}', bytes(4)),
    "no offsets": made('{"a":{"dtype":"F32","shape":[1]}}', bytes(4)),
    "an unknown type": one(dtype="F33"),
    "a type in lower case": one(dtype="f32"),
    "one offset": one(offsets="[0]"),
    "three offsets": one(offsets="[0,4,4]"),
    "a negative offset": one(offsets="[-4,0]"),
    "offsets in reverse": one(offsets="[4,0]"),
    "an offset with a fraction": one(offsets="[0,4.0]"),
    "an offset with an exponent": one(offsets="[0,4e0]"),
    "an offset of minus zero": one(offsets="[-0,4]"),
    "an offset as text": one(offsets='[0,"4"]'),
    "an offset of 2^64": one(offsets="[0,18446744073709551616]"),
    "an offset of 2^64 - 4": one(offsets="[18446744073709551612,18446744073709551616]"),
    "an offset of 2^63": one(offsets="[0,9223372036854775808]"),
    "a shape as a number": one(shape="1"),
    "a negative dimension": one(shape="[-1]"),
    "two negative dimensions": one(shape="[-1,-1]"),
    "a dimension with a fraction": one(shape="[1.0]"),
    "a dimension of 2^64": one(shape="[18446744073709551616]"),
    "a dimension of 2^64 + 1": one(shape="[18446744073709551617]"),
    "a product of 2^64 + 1": one(shape="[274177,67280421310721]"),
    "a product of 2^64": one(shape="[4294967296,4294967296]", offsets="[0,0]", data=0),
    "bytes of 2^64": one(shape="[4611686018427387904]", offsets="[0,0]", data=0),
    "a dimension of zero": one(shape="[0,3]", offsets="[0,0]", data=0),
    "an overflow and a dimension of zero": one(
        shape="[4294967296,4294967296,0]", offsets="[0,0]", data=0
    ),
    "a dimension of zero and large ones": one(shape="[0,4294967296,4294967296]", offsets="[0,0]", data=0),
    "a single value": one(shape="[]"),
    "more bytes than the shape": one(offsets="[0,8]", data=8),
    "fewer bytes than the shape": one(shape="[2]"),
    "the file cut off": one(data=3),
    "a byte behind the data": one(data=5),
    "data without tensors": made("{}", bytes(4)),
    "data that begins late": one(offsets="[4,8]", data=8),
    "two tensors": two("[0,4]", "[4,8]", 8),
    "two tensors in another order": two("[4,8]", "[0,4]", 8),
    "a gap": two("[0,4]", "[8,12]", 12),
    "an overlap": two("[0,4]", "[2,6]", 6),
    "the same bytes twice": two("[0,4]", "[0,4]", 4),
    "an empty tensor in between": made(
        "{"
        + entry("a")
        + ","
        + entry("e", shape="[0]", offsets="[4,4]")
        + ","
        + entry("b", offsets="[4,8]")
        + "}",
        bytes(8),
    ),
    "an empty tensor within another": made(
        "{" + entry("a") + "," + entry("e", shape="[0]", offsets="[2,2]") + "}", bytes(4)
    ),
    "half a byte": one(dtype="F4", shape="[1]", offsets="[0,1]", data=1),
    "a header of 200 nested arrays": one(more=',"other":' + 200 * "[" + 200 * "]"),
}

TYPES = {
    "F32": (torch.float32, struct.pack("<4f", 1.5, -0.0, 3.4e38, 1e-45)),
    "F64": (torch.float64, struct.pack("<4d", 1 / 3, -1e300, 5e-324, 16777217)),
    "F16": (torch.float16, struct.pack("<4H", 0x3C00, 0x8001, 0x7C00, 0x3555)),
    "BF16": (torch.bfloat16, struct.pack("<4H", 0x3F80, 0x8001, 0xFF80, 0x3EAB)),
    "I64": (torch.int64, struct.pack("<4q", -(2**63), 2**63 - 1, 16777217, -1)),
    "I32": (torch.int32, struct.pack("<4i", -(2**31), 2**31 - 1, 16777217, -1)),
    "I16": (torch.int16, struct.pack("<4h", -(2**15), 2**15 - 1, 1, -1)),
    "I8": (torch.int8, struct.pack("<4b", -128, 127, 1, -1)),
    "U64": (torch.uint64, struct.pack("<4Q", 2**64 - 1, 2**63, 16777217, 1)),
    "U32": (torch.uint32, struct.pack("<4I", 2**32 - 1, 2**31, 16777217, 1)),
    "U16": (torch.uint16, struct.pack("<4H", 2**16 - 1, 2**15, 1, 0)),
    "U8": (torch.uint8, bytes(range(256))),
    "BOOL": (torch.bool, bytes([0, 1, 1, 0])),
    "F8_E5M2": (torch.float8_e5m2, bytes(range(256))),
    "F8_E4M3": (torch.float8_e4m3fn, bytes(range(256))),
}


def accepted(content):
    try:
        safetensors.deserialize(content)
        return True
    except Exception:  # also of Python's own types
        return False


def typed(name, dtype, data):
    count = len(data) // dtype.itemsize
    content = made(
        "{" + entry("a", dtype=name, shape="[%d]" % count, offsets="[0,%d]" % len(data)) + "}", data
    )
    assert accepted(content), name
    values = torch.frombuffer(bytearray(data), dtype=dtype).to(torch.float32).numpy()
    return {
        "type": name,
        "base64": base64.b64encode(content).decode(),
        "bits": [int(b) for b in values.view(np.int32)],
    }


def main(folder):
    golden = {
        "reader": "safetensors " + safetensors.__version__,
        "cases": [
            {"name": name, "base64": base64.b64encode(content).decode(), "accepted": accepted(content)}
            for name, content in CASES.items()
        ],
        "types": [typed(name, dtype, data) for name, (dtype, data) in TYPES.items()],
    }
    path = pathlib.Path(folder) / "safetensors.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")
    for case in golden["cases"]:
        print("accepted" if case["accepted"] else "refused ", case["name"])


if __name__ == "__main__":
    main(sys.argv[1])
