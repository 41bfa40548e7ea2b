"""Makes ../resources/fixtures: weight files of a tiny network in each format, and what it computes.

Needs PyTorch (made with 1.13), h5py and NumPy. Run: python3 make_fixtures.py

The network, for 8 x 8 images: conv 3 -> 4 (3 x 3, same), batch norm, ReLU, max pool 2, flatten, dense 5. Its values are
sin of multiples, so that the file's layouts are tested with numbers all different. Expected logits are torch's.
"""
import json, os, struct
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


def keras(path, layer_names, name):
    """As Keras 2 writes it; name(layer, word) gives the tensor's name."""
    hwc = DENSE.reshape(5, 4, 4, 4).transpose(2, 3, 1, 0).reshape(64, 5)
    tensors = {
        "conv": [("kernel", CONV.transpose(2, 3, 1, 0)), ("bias", CONV_B)],
        "norm": [("gamma", GAMMA), ("beta", BETA), ("moving_mean", MEAN), ("moving_variance", VAR)],
        "dense": [("kernel", hwc), ("bias", DENSE_B)],
    }
    with h5py.File(os.path.join(OUT, path), "w") as f:
        f.attrs["layer_names"] = [n.encode() for n in layer_names]
        for layer in layer_names:
            group = f.create_group(layer)
            found = tensors.get(layer, [])
            group.attrs["weight_names"] = [name(layer, word).encode() for word, _ in found]
            for word, value in found:
                group.create_dataset(name(layer, word), data=value)


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
    for dtype in ["F32", "F16", "BF16"]:
        safetensors(f"{dtype.lower()}.safetensors", dtype)
    expected()
