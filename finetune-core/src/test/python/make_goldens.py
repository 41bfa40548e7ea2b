"""Makes the numbers in ../resources/goldens by computations independent of this library.

Needs PyTorch (made with 1.13) and NumPy. Run: python3 make_goldens.py

- resize.json: torch.nn.functional.interpolate(mode="bilinear", align_corners=False, antialias=False), whose
  half-pixel sampling is that of tf.image.resize.
- layers.json: every kind of layer, computed by torch in float64.
- adam.json: softmax regression trained by hand-written gradients and Keras' Adam formula, in float64.
Inputs and weights are wave(n, k) = sin of simple multiples, so that both sides can make them.
"""
import json, os
import numpy as np
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens")


def wave(shape, k):
    n = int(np.prod(shape))
    return torch.tensor(np.sin(np.arange(n) * k + k)).reshape(shape)


def dump(name, value):
    with open(os.path.join(OUT, name), "w") as f:
        json.dump(value, f)
        f.write("\n")


def flat(t):
    return [round(float(v), 7) for v in t.reshape(-1)]


def resize():
    cases = []
    for h, w, oh, ow in [(5, 7, 9, 4), (4, 4, 11, 13), (30, 31, 8, 8), (1, 1, 3, 3), (6, 2, 6, 5), (3, 9, 1, 1)]:
        x = (wave((3, h, w), 0.7) + 1) * 127.5
        y = F.interpolate(x[None], size=(oh, ow), mode="bilinear", align_corners=False, antialias=False)[0]
        cases.append({"height": h, "width": w, "outHeight": oh, "outWidth": ow, "values": flat(y)})
    dump("resize.json", cases)


def same(x, k, s, value=0.0):
    """Pads as TensorFlow's SAME does: the odd row and column at the end."""
    h, w = x.shape[2:]
    ph, pw = [max((-(-n // s) - 1) * s + k - n, 0) for n in (h, w)]
    return F.pad(x, (pw // 2, pw - pw // 2, ph // 2, ph - ph // 2), value=value)


def layers():
    x = wave((2, 3, 7, 7), 0.31)
    v = wave((2, 6), 0.47)
    out = {}
    w3, w2, b = wave((4, 3, 3, 3), 0.13), wave((4, 3, 2, 2), 0.13), wave((4,), 0.9)
    out["conv same"] = F.conv2d(same(x, 3, 1), w3, b)
    out["conv same stride 2"] = F.conv2d(same(x, 3, 2), w3, b, stride=2)
    out["conv same even"] = F.conv2d(same(x, 2, 1), w2, b)
    out["conv valid stride 2"] = F.conv2d(x, w3, b, stride=2)
    out["conv without bias"] = F.conv2d(x, w3)
    out["max pool valid"] = F.max_pool2d(x, 3, 2)
    out["max pool same"] = F.max_pool2d(same(x, 3, 2, float("-inf")), 3, 2)
    out["average pool valid"] = F.avg_pool2d(x, 3, 2)
    ones = torch.ones_like(x)
    out["average pool same"] = F.avg_pool2d(same(x, 3, 2), 3, 2) / F.avg_pool2d(same(ones, 3, 2), 3, 2)
    out["global average pool"] = x.mean(dim=(2, 3))
    gamma, beta, mean, var = wave((3,), 1.1), wave((3,), 1.2), wave((3,), 1.3), wave((3,), 1.4) + 1.5
    out["batch norm"] = F.batch_norm(x, mean, var, gamma, beta, False, eps=1e-3)
    out["concat"] = torch.cat([torch.tanh(x), x], dim=1)
    out["add"] = torch.tanh(x) + x
    out["flatten"] = x.reshape(2, -1)
    out["dense"] = v @ wave((6, 5), 0.21) + wave((5,), 0.9)
    out["dropout"] = x
    for name, f in {
        "linear": lambda t: t, "relu": F.relu, "relu6": lambda t: F.relu6(t), "leaky_relu": F.leaky_relu, "elu": F.elu,
        "tanh": torch.tanh, "sigmoid": torch.sigmoid, "swish": F.silu,
        "hard_sigmoid": F.hardsigmoid, "hard_swish": F.hardswish, "gelu": F.gelu,
    }.items():
        out["activation " + name] = f(x)
    out["activation softmax"] = torch.softmax(v, dim=1)
    tall = wave((4, 3, 3, 1), 0.13)
    wide = wave((4, 3, 1, 2), 0.13)
    out["conv tall"] = F.conv2d(F.pad(x, (0, 0, 1, 1)), tall, b)
    out["conv wide"] = F.conv2d(F.pad(x, (0, 1, 0, 0)), wide, b)
    depthwise = F.conv2d(same(x, 3, 2), wave((3, 1, 3, 3), 0.17), stride=2, groups=3)
    out["separable conv"] = F.conv2d(depthwise, wave((4, 3, 1, 1), 0.13), b)
    padded = F.pad(x, (2, 0, 1, 3))
    out["zero pad"] = padded
    out["zero pad before conv"] = F.conv2d(F.pad(x, (0, 1, 0, 1)), w3, b, stride=2)
    out["zero pad before max pool"] = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
    out["zero pad before rectified max pool"] = F.max_pool2d(F.pad(F.relu(x), (1, 1, 1, 1)), 3, 2)
    out["global average pool as image"] = out["global average pool"]
    out["global max pool"] = x.amax(dim=(2, 3))
    out["batch norm without scale"] = F.batch_norm(x, mean, var, None, beta, False, eps=1e-3)
    channels_last = x.permute(0, 2, 3, 1)
    out["layer norm"] = F.layer_norm(channels_last, (3,), gamma, beta, 1e-6).permute(0, 3, 1, 2)
    out["layer norm of vectors"] = F.layer_norm(v, (6,), wave((6,), 1.1), wave((6,), 1.2), 1e-6)
    out["scale"] = x * gamma[:, None, None]
    factors, offsets = torch.tensor([2.0, -0.5, 0.25]), torch.tensor([1.0, 0.0, -3.0])
    out["rescale"] = x * factors[:, None, None] + offsets[:, None, None]
    out["normalize"] = (x - mean[:, None, None]) / torch.sqrt(var)[:, None, None]
    out["multiply"] = torch.tanh(x) * x
    out["multiply by channel"] = x * x.mean(dim=(2, 3), keepdim=True)
    out["reshape"] = v
    out["stochastic depth"] = x
    dump("layers.json", {k: flat(t) for k, t in out.items()})


def adam():
    """Three steps on one batch: logits = x W + b, mean cross-entropy."""
    x, w, b = wave((4, 3 * 2 * 2), 0.37).numpy(), wave((12, 3), 0.21).numpy(), wave((3,), 0.9).numpy()
    y = np.eye(3)[[0, 1, 2, 1]]
    lr, b1, b2, eps = 1e-2, 0.9, 0.999, 1e-7
    m, v = [np.zeros_like(w), np.zeros_like(b)], [np.zeros_like(w), np.zeros_like(b)]
    losses = []
    for t in range(1, 4):
        z = x @ w + b
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        losses.append(float(-np.log((p * y).sum(1)).mean()))
        d = (p - y) / len(x)
        for i, g in enumerate([x.T @ d, d.sum(0)]):
            m[i] = b1 * m[i] + (1 - b1) * g
            v[i] = b2 * v[i] + (1 - b2) * g * g
            step = lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m[i] / (np.sqrt(v[i]) + eps)
            if i == 0:
                w = w - step
            else:
                b = b - step
    dump("adam.json", {"losses": losses, "kernel": flat(torch.tensor(w)), "bias": flat(torch.tensor(b))})


def halves():
    """float32 values and the bits of numpy's float16 of them."""
    values = [0, 1, 0.1, 1 / 3, 65504, 65503.9, 2049, 2051, 2053, 1 + 2**-11, 1 + 3 * 2**-11, 6.1e-5, 2**-14,
              2**-14 - 2**-26, 2**-24, 2**-25, 3 * 2**-25, 2**-26, 5.5e-6, 1e-9, 3.14159265, 1023.75, 1024.5, 255]
    floats = np.array(values, np.float32)
    dump("halves.json", {"floats": [float(f) for f in floats],
                         "halves": [int(h) for h in floats.astype(np.float16).view(np.uint16)]})


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    resize()
    layers()
    adam()
    halves()
