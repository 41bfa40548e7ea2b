"""Writes ../resources/fixtures/keras: Keras' HDF5 files as people have them, and crafted ones, of the network of make_fixtures.py.

Needs h5py, NumPy and what make_fixtures.py needs. Run: python3 make_keras_cases.py
"""
import json, os, zlib
import h5py
import numpy as np
import torch
from make_fixtures import OUT, keras_tensors, wave

FOLDER = os.path.join(OUT, "keras")
CLASSES = {"conv": "conv2d", "norm": "batch_normalization"}


def backbone(scale=1.0):
    return {layer: [(word, (value * scale if layer == "conv" else value).astype(np.float32)) for word, value in tensors]
            for layer, tensors in keras_tensors().items() if layer in CLASSES}


def h5(name, layers, put=lambda group, name, value: group.create_dataset(name, data=value), **how):
    """Writes layers, and models as maps of layers, as model.save_weights of Keras 2 does."""
    with h5py.File(os.path.join(FOLDER, name), "w", **how) as f:
        f.attrs["layer_names"] = [n.encode() for n in layers]
        for layer, tensors in layers.items():
            group, names = f.create_group(layer), []
            for owner, values in (tensors if isinstance(tensors, dict) else {layer: tensors}).items():
                for word, value in values:
                    names.append(f"{owner}/{word}:0".encode())
                    put(group, f"{owner}/{word}:0", value)
            group.attrs["weight_names"] = names


def h5_3(name, models):
    """Writes models as Keras 3 does, each as a layer of the whole model; an empty name is the whole model itself."""
    with h5py.File(os.path.join(FOLDER, name), "w") as f:
        for number, (called, layers) in enumerate(models.items()):
            path = f"layers/functional{'_' + str(number) if number else ''}/" if called else ""
            if called:
                f.create_group(path + "vars").attrs["name"] = called
            for layer, values in layers.items():
                group = f.create_group(f"{path}layers/{CLASSES[layer]}/vars")
                group.attrs["name"] = layer
                for i, (_, value) in enumerate(values):
                    group.create_dataset(str(i), data=value)


def pieces(name, layers):
    """Writes weights in two pieces, with a layer in both, and their index, as model.save_weights does with max_shard_size."""
    files = [f"{name}_{i:05}.weights.h5" for i in range(2)]
    index = {}
    for number, file in enumerate(files):
        with h5py.File(os.path.join(FOLDER, file), "w") as f:
            for layer, values in layers.items():
                path = f"/layers/{CLASSES[layer]}/vars"
                for i, (_, value) in enumerate(values):
                    if (layer == "conv" or i < 1) == (number == 0):
                        f.create_dataset(f"{path}/{i}", data=value)
                        index.setdefault(path, []).append(file) if file not in index.get(path, []) else None
    with open(os.path.join(FOLDER, name + ".weights.json"), "w") as f:
        json.dump({"metadata": {"total_size": 0}, "weight_map": {k: v if len(v) > 1 else v[0] for k, v in index.items()}}, f, indent=4)
        f.write("\n")


def bfloat16(value):
    """Returns opaque values of two bytes, as h5py stores ml_dtypes.bfloat16."""
    return torch.tensor(value).to(torch.bfloat16).view(torch.int16).numpy().view("V2")


def converted(layers, convert):
    return {layer: [(word, convert(value)) for word, value in values] for layer, values in layers.items()}


def gzip(group, name, value):
    group.create_dataset(name, data=value, compression="gzip", shuffle=True, chunks=tuple(max(1, n // 2) for n in value.shape))


def chunks(**how):
    """Writes chunks that do not divide the shape."""
    return lambda group, name, value: group.create_dataset(name, data=value, chunks=tuple(max(1, n - 1) for n in value.shape), **how)


def without_chunk(group, name, value):
    """Writes one of two chunks. HDF5 takes the fill value for the other."""
    data = group.create_dataset(name, shape=value.shape, dtype="f4", chunks=(*value.shape[:-1], 2), fillvalue=1.5)
    data[..., :2] = value[..., :2]


def damage(name):
    """Changes a byte of the kernel, but not the checksum of its chunk."""
    path = os.path.join(FOLDER, name)
    with h5py.File(path) as f:
        at = f["conv/conv/kernel:0"].id.get_chunk_info(0).byte_offset
    with open(path, "r+b") as f:
        f.seek(at + 5)
        byte = f.read(1)
        f.seek(at + 5)
        f.write(bytes([byte[0] ^ 0x55]))


def bomb(group, name, value):
    """Writes a chunk that decompresses to a thousand times its size."""
    data = group.create_dataset(name, shape=value.shape, dtype="f4", compression="gzip", chunks=value.shape)
    data.id.write_direct_chunk((0,) * value.ndim, zlib.compress(bytes(16_000_000), 9))


def huge(shape):
    """Declares a size without values."""
    return lambda group, name, value: group.create_dataset(name, shape=shape, dtype="f4", chunks=(1,) * len(shape))


def head():
    kernel = wave((64, 2), 0.3)
    kernel[0, 0] = np.nan
    return {"own_dense": [("kernel", kernel), ("bias", wave((2,), 0.4))],
            "own_output": [("kernel", np.ones((2, 3), np.int8)), ("kernel_scale", wave((3,), 0.4))]}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    two = {"first": backbone(), "second": backbone(2.0)}
    h5("two.h5", {"input_1": [], **two, "head": [("kernel", wave((128, 2), 0.3))]})
    h5_3("two.weights.h5", two)
    h5("bfloat16.h5", converted(backbone(), bfloat16))
    h5_3("bfloat16.weights.h5", {"": converted(backbone(), bfloat16)})
    h5("half.h5", converted(backbone(), lambda v: v.astype(np.float16)))
    h5("own_head.h5", {**backbone(), **head()})
    h5("int8.h5", {**backbone(), "conv": [("kernel", np.ones((3, 3, 3, 4), np.int8)), ("bias", wave((4,), 0.9))]})
    h5("gzip.h5", backbone(), gzip)
    h5("lzf.h5", backbone(), chunks(compression="lzf"))
    h5("lzf-shuffle.h5", backbone(), chunks(compression="lzf", shuffle=True, fletcher32=True))
    h5("checksum.h5", backbone(), chunks(fletcher32=True))
    h5("gzip-checksum.h5", backbone(), chunks(compression="gzip", shuffle=True, fletcher32=True))
    h5("other-checksum.h5", backbone(), chunks(fletcher32=True))
    damage("other-checksum.h5")
    h5("without-chunk.h5", backbone(), without_chunk)
    h5("behind-block.h5", backbone(), userblock_size=1024)
    h5("behind-block-latest.h5", backbone(), userblock_size=512, libver="latest")
    h5("bomb.h5", backbone(), bomb)
    h5("huge.h5", {"conv": backbone()["conv"]}, huge((1 << 40,)))
    h5("large.h5", {"conv": backbone()["conv"]}, huge((50_000, 50_000)))
    h5("cut.h5", {"in": [], "conv": backbone()["conv"]})
    h5_3("cut.weights.h5", {"": {"conv": backbone()["conv"]}})
    pieces("pieces", backbone())
    with h5py.File(os.path.join(FOLDER, "loop.weights.h5"), "w") as f:
        f.create_group("layers")["inner"] = f["/"]
    with h5py.File(os.path.join(FOLDER, "link.h5"), "w") as f:
        f.attrs["layer_names"] = [b"conv"]
        f.create_group("conv").attrs["weight_names"] = [b"kernel:0"]
        f["conv"]["kernel:0"] = h5py.ExternalLink("two.h5", "/first/conv/kernel:0")


if __name__ == "__main__":
    main()
