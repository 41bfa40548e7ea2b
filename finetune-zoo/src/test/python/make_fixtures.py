"""Writes ../resources/fixtures: weight files of a tiny network in each format, and the expected logits.

Needs PyTorch (the files were written with 1.13), h5py and NumPy. Run: python3 make_fixtures.py

The network, for 8 x 8 images: conv 3 -> 4 (3 x 3, same), batch norm, ReLU, max pool 2, flatten, dense 5. Its weights are
sines of multiples of a number, all different, so that every wrong layout is detected. The expected logits are torch's.
"""
import collections, json, os, struct, tempfile, zipfile
import h5py
import numpy as np
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "fixtures")


def wave(shape, k):
    return np.sin(np.arange(int(np.prod(shape))) * k + k).reshape(shape).astype(np.float32)


CONV, CONV_B = wave((4, 3, 3, 3), 0.13), wave((4,), 0.9)
GAMMA, BETA, MEAN, VAR = wave((4,), 1.1), wave((4,), 1.2), wave((4,), 1.3), wave((4,), 1.4) + 1.5
DENSE, DENSE_B = wave((5, 4 * 4 * 4), 0.21), wave((5,), 0.7)  # torch's layout: (out, channel-height-width)


def keras_tensors():
    hwc = DENSE.reshape(5, 4, 4, 4).transpose(2, 3, 1, 0).reshape(64, 5)
    return {
        "conv": [("kernel", CONV.transpose(2, 3, 1, 0)), ("bias", CONV_B)],
        "norm": [("gamma", GAMMA), ("beta", BETA), ("moving_mean", MEAN), ("moving_variance", VAR)],
        "dense": [("kernel", hwc), ("bias", DENSE_B)],
    }


def keras(path, layer_names, name, at=None, called=lambda layer: layer):
    """Writes a file as Keras 2 does. name(layer, word) returns the name of a tensor, called(layer) that of a layer."""
    tensors = keras_tensors()
    with h5py.File(os.path.join(OUT, path), "w") as f:
        root = f.create_group(at) if at else f
        root.attrs["layer_names"] = [called(n).encode() for n in layer_names]
        for layer in layer_names:
            group = root.create_group(called(layer))
            found = tensors.get(layer, [])
            group.attrs["weight_names"] = [name(called(layer), word).encode() for word, _ in found]
            for word, value in found:
                group.create_dataset(name(called(layer), word), data=value)


def keras_nested(path):
    """Writes a model of Keras 2 that contains the network as a layer and a head after it; layer_names is in two parts."""
    tensors = keras_tensors()
    with h5py.File(os.path.join(OUT, path), "w") as f:
        f.attrs["layer_names0"] = [b"input_2", b"tiny"]
        f.attrs["layer_names1"] = [b"dropout", b"head"]
        for layer in ("input_2", "dropout"):
            f.create_group(layer).attrs["weight_names"] = []
        for layer, inner in (("tiny", ["conv", "norm"]), ("head", ["head"])):
            group, names = f.create_group(layer), []
            for owner in inner:
                for word, value in tensors.get(owner, [("kernel", wave((64, 2), 0.3)), ("bias", wave((2,), 0.4))]):
                    names.append(f"{owner}/{word}:0".encode())
                    group.create_dataset(f"{owner}/{word}:0", data=value)
            group.attrs["weight_names"] = names


def keras3(path):
    """Writes a file as Keras 3's saving_lib does: groups with class names, numbered tensors."""
    classes = {"conv": "conv2d", "norm": "batch_normalization", "dense": "dense"}
    with h5py.File(path, "w") as f:
        f.create_group("layers/input_layer/vars")
        f.create_group("vars")
        for layer, tensors in keras_tensors().items():
            for i, (_, value) in enumerate(tensors):
                f.create_dataset(f"layers/{classes[layer]}/vars/{i}", data=value)


def keras_zip(path):
    """Writes a .keras file."""
    with tempfile.TemporaryDirectory() as folder:
        weights = os.path.join(folder, "model.weights.h5")
        keras3(weights)
        with zipfile.ZipFile(os.path.join(OUT, path), "w") as z:
            z.writestr(zipfile.ZipInfo("metadata.json"), json.dumps({"keras_version": "3.0.0"}))
            z.writestr(zipfile.ZipInfo("config.json"), json.dumps({"class_name": "Functional"}))
            with open(weights, "rb") as f:
                z.writestr(zipfile.ZipInfo("model.weights.h5"), f.read())


def state_dict():
    state = collections.OrderedDict()
    state["features.0.weight"], state["features.0.bias"] = torch.tensor(CONV), torch.tensor(CONV_B)
    state["features.1.weight"], state["features.1.bias"] = torch.tensor(GAMMA), torch.tensor(BETA)
    state["features.1.running_mean"], state["features.1.running_var"] = torch.tensor(MEAN), torch.tensor(VAR)
    state["features.1.num_batches_tracked"] = torch.tensor(7)
    state["classifier.weight"], state["classifier.bias"] = torch.tensor(DENSE), torch.tensor(DENSE_B)
    return state


class Harmful:
    def __reduce__(self):
        return (os.system, ("touch harmed",))


def torch_files():
    """Writes PyTorch files: the current zip, the format before 1.6, a checkpoint of DataParallel with unusual tensors, and harmful ones."""
    def path(name):
        return os.path.join(OUT, name)

    torch.save(state_dict(), path("zip.pth"))
    torch.save(state_dict(), path("legacy.pth"), _use_new_zipfile_serialization=False)
    odd = collections.OrderedDict(("module." + k, v) for k, v in state_dict().items())
    odd["module.classifier.weight"] = torch.tensor(DENSE.T.copy()).t()  # strides not in row-major order
    both = torch.tensor(np.concatenate([GAMMA, BETA]))
    odd["module.features.1.weight"], odd["module.features.1.bias"] = both[:4], both[4:]  # in one storage
    odd["module.features.0.bias"] = torch.nn.Parameter(torch.tensor(CONV_B))
    odd["module.features.1.running_var"] = torch.tensor(VAR).double()
    torch.save({"epoch": 3, "arch": "tiny", "best": 0.5, "done": True, "state_dict": odd}, path("checkpoint.pth"))
    torch.save({k: v.half() if v.is_floating_point() else v for k, v in state_dict().items()}, path("half.pth"))
    torch.save({"features.0.weight": Harmful()}, path("harmful.pth"))
    torch.save({"features.0.weight": Harmful()}, path("harmful_legacy.pth"), _use_new_zipfile_serialization=False)


def safetensors(path, dtype):
    tensors = {
        "features.0.weight": CONV, "features.0.bias": CONV_B,
        "features.1.weight": GAMMA, "features.1.bias": BETA,
        "features.1.running_mean": MEAN, "features.1.running_var": VAR,
        "classifier.weight": DENSE, "classifier.bias": DENSE_B,
    }
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, value in tensors.items():
        t = torch.tensor(value)
        if dtype == "F32":
            raw = value.tobytes()
        elif dtype == "F16":
            raw = value.astype(np.float16).tobytes()
        else:
            raw = t.to(torch.bfloat16).view(torch.int16).numpy().tobytes()
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(OUT, path), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + body)


def expected():
    x = torch.tensor(wave((1, 3, 8, 8), 0.31))
    y = F.conv2d(x, torch.tensor(CONV), torch.tensor(CONV_B), padding=1)
    y = F.batch_norm(y, *[torch.tensor(t) for t in (MEAN, VAR, GAMMA, BETA)], False, eps=1e-3)
    y = F.max_pool2d(F.relu(y), 2).reshape(1, -1)
    y = F.linear(y, torch.tensor(DENSE), torch.tensor(DENSE_B))
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)
    finite = halves[np.isfinite(halves)]
    with open(os.path.join(OUT, "expected.json"), "w") as f:
        json.dump({"logits": [float(v) for v in y[0]], "halfSumOfSquares": float((finite.astype(np.float64) ** 2).sum()),
                   "halfFinite": len(finite)}, f)
        f.write("\n")


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    layers = ["in", "conv", "norm", "relu", "pool", "flatten", "dense"]
    keras("keras2.h5", layers, lambda layer, word: f"{layer}_3/{word}:0")
    old = {"kernel": "W_1:0", "bias": "b_1:0", "moving_mean": "running_mean_1:0", "moving_variance": "running_std_1:0"}
    keras("keras1.h5", layers, lambda layer, word: f"{layer}_" + old.get(word, word + "_1:0"))
    keras("keras_saved.h5", layers, lambda layer, word: f"{layer}/{word}:0", at="model_weights")
    renamed = {"conv": "conv2d_94", "norm": "batch_normalization_94", "dense": "predictions"}
    keras("keras_renamed.h5", layers, lambda layer, word: f"{layer}/{word}:0", called=lambda n: renamed.get(n, n + "_7"))
    keras_nested("keras_nested.h5")
    keras3(os.path.join(OUT, "keras3.weights.h5"))
    keras_zip("keras3.keras")
    torch_files()
    for dtype in ["F32", "F16", "BF16"]:
        safetensors(f"{dtype.lower()}.safetensors", dtype)
    expected()
