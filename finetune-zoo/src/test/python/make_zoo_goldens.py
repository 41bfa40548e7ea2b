"""Makes ../resources/goldens/zoo.json: logits of every network of the zoo on weights that both sides can make.

Needs PyTorch and torchvision (made with 1.13 and 0.14). Run: python3 make_zoo_goldens.py

- "torchvision": torchvision's own networks, an independent implementation with its own names.
- "keras": the networks as keras.applications defines them, written here on torch's functions, with Keras' layer names and
  Keras' layouts of tensors. Written from Keras' sources, not from this library.
- timm's networks are torchvision's under other names (and MobileNetV3 with another epsilon); timm itself is not computed.

A tensor's values come from SplitMix64 seeded with the CRC-32 of its name: see values().
With a folder as an argument it instead writes a weight file of every network there, as the publishers' are: Keras' as NAME.h5,
with h5py, torchvision's as NAME.pth. They are for the benchmark ZooLoad.

The image is sin(0.37 (i + 1)) * scale, i counting channel, row, column.
"""
import json, math, os, sys, zlib
import numpy as np
import torch
import torch.nn.functional as F
import torchvision.models as tv

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "zoo.json")
torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)


def uniform(name, count):
    """SplitMix64: count numbers in [0, 1)."""
    with np.errstate(over="ignore"):
        z = np.uint64(zlib.crc32(name.encode())) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


RECORDED = {}


def values(name, role, shape, fan):
    v = made(name, role, shape, fan)
    RECORDED[name] = v
    return v


def made(name, role, shape, fan):
    """Kernels keep the size of activations (He), scales and variances are about one, the rest about zero."""
    u = uniform(name, int(np.prod(shape)))
    if role == "kernel":
        v = (2 * u - 1) * math.sqrt(6.0 / fan)
    elif role in ("gamma", "variance"):
        v = 0.5 + u
    else:
        v = 0.4 * u - 0.2
    return torch.tensor(v.astype(np.float32).astype(np.float64)).reshape(shape)


def image(height, width, scale):
    n = 3 * height * width
    x = np.sin(0.37 * (np.arange(n) + 1)) * scale
    return torch.tensor(x.astype(np.float32).astype(np.float64)).reshape(1, 3, height, width)


# ---------------------------------------------------------------- torchvision

def small_vgg(model):
    """Without the pooling to 7 x 7, so that images of 64 x 64 give a classifier of 2 x 2 places."""
    model.avgpool = torch.nn.Identity()
    model.classifier[0] = torch.nn.Linear(512 * 2 * 2, 4096)
    return model


def torchvision_logits(model, size):
    state = {}
    for name, t in model.state_dict().items():
        last = name.split(".")[-1]
        if last == "num_batches_tracked" or name.startswith("AuxLogits"):
            continue
        norm = name[: -len(last)] + "running_mean" in model.state_dict() or (last in ("weight", "bias") and t.dim() == 1)
        if last == "layer_scale":
            role = "gamma"
        elif last == "weight":
            role = "gamma" if norm and t.dim() == 1 else "kernel"
        elif last == "running_var":
            role = "variance"
        else:
            role = "zero"
        fan = int(np.prod(t.shape[1:])) if t.dim() > 1 else 1
        state[name] = values(name, role, tuple(t.shape), fan)
    model.load_state_dict(state, strict=False)
    model.eval()
    return model(image(size, size, 1.0))[0]


# ---------------------------------------------------------------- Keras

class Keras:
    """Keras' functional layers on NCHW tensors; weights by Keras' names in Keras' layouts."""

    def __init__(self, eps):
        self.eps = eps
        self.auto = {}

    def name(self, kind):
        n = self.auto.get(kind, 0)
        self.auto[kind] = n + 1
        return kind if n == 0 else f"{kind}_{n}"

    def conv(self, x, name, filters, k, s=1, same=False, bias=False, groups=1):
        kh, kw = k if isinstance(k, tuple) else (k, k)
        cin = x.shape[1] // groups
        w = values(name + "/kernel", "kernel", (kh, kw, cin, filters), kh * kw * cin).permute(3, 2, 0, 1)
        b = values(name + "/bias", "zero", (filters,), 1) if bias else None
        return F.conv2d(tf_same(x, kh, kw, s) if same else x, w, b, stride=s, groups=groups)

    def depthwise(self, x, name, k, s=1, same=True):
        c = x.shape[1]
        w = values(name + "/depthwise_kernel", "kernel", (k, k, c, 1), k * k).permute(2, 3, 0, 1)
        return F.conv2d(tf_same(x, k, k, s) if same else x, w, None, stride=s, groups=c)

    def separable(self, x, name, filters, k):
        x = self.depthwise(x, name, k)
        w = values(name + "/pointwise_kernel", "kernel", (1, 1, x.shape[1], filters), x.shape[1]).permute(3, 2, 0, 1)
        return F.conv2d(x, w)

    def bn(self, x, name, scale=True):
        c = x.shape[1]
        g = values(name + "/gamma", "gamma", (c,), 1) if scale else None
        return F.batch_norm(x, values(name + "/moving_mean", "zero", (c,), 1), values(name + "/moving_variance", "variance", (c,), 1),
                            g, values(name + "/beta", "zero", (c,), 1), False, eps=self.eps)

    def ln(self, x, name):
        image_like = x.dim() == 4
        y = x.permute(0, 2, 3, 1) if image_like else x
        c = y.shape[-1]
        y = F.layer_norm(y, (c,), values(name + "/gamma", "gamma", (c,), 1), values(name + "/beta", "zero", (c,), 1), 1e-6)
        return y.permute(0, 3, 1, 2) if image_like else y

    def dense(self, x, name, units):
        """On the last axis; x is (batch, in) or, channels first, an image."""
        last = x if x.dim() == 2 else x.permute(0, 2, 3, 1)
        n = last.shape[-1]
        y = last @ values(name + "/kernel", "kernel", (n, units), n) + values(name + "/bias", "zero", (units,), 1)
        return y if x.dim() == 2 else y.permute(0, 3, 1, 2)


def tf_same(x, kh, kw, s, value=0.0):
    h, w = x.shape[2:]
    ph = max((-(-h // s) - 1) * s + kh - h, 0)
    pw = max((-(-w // s) - 1) * s + kw - w, 0)
    return F.pad(x, (pw // 2, pw - pw // 2, ph // 2, ph - ph // 2), value=value)


def correct_pad(x, k):
    """keras.applications.imagenet_utils.correct_pad"""
    adjust = [1 - x.shape[2] % 2, 1 - x.shape[3] % 2]
    c = k // 2
    return F.pad(x, (c - adjust[1], c, c - adjust[0], c))


def gap(x):
    return x.mean(dim=(2, 3))


def same_average(x, k):
    ones = torch.ones_like(x[:1, :1])
    return F.avg_pool2d(tf_same(x, k, k, 1), k, 1) / F.avg_pool2d(tf_same(ones, k, k, 1), k, 1)


def vgg(x, convs):
    n = Keras(0)
    for b, (count, filters) in enumerate(zip(convs, [64, 128, 256, 512, 512]), 1):
        for i in range(1, count + 1):
            x = F.relu(n.conv(x, f"block{b}_conv{i}", filters, 3, same=True, bias=True))
        x = F.max_pool2d(x, 2, 2)
    x = x.permute(0, 2, 3, 1).reshape(1, -1)
    x = F.relu(n.dense(x, "fc1", 4096))
    x = F.relu(n.dense(x, "fc2", 4096))
    return n.dense(x, "predictions", 1000)


def squeezenet(x):
    n = Keras(0)
    x = F.max_pool2d(F.relu(n.conv(x, "conv1", 64, 3, 2, bias=True)), 3, 2)
    for i, s in enumerate([16, 16, 32, 32, 48, 48, 64, 64], 2):
        x = F.relu(n.conv(x, f"fire{i}/squeeze1x1", s, 1, bias=True))
        x = torch.cat([F.relu(n.conv(x, f"fire{i}/expand1x1", 4 * s, 1, bias=True)),
                       F.relu(n.conv(x, f"fire{i}/expand3x3", 4 * s, 3, same=True, bias=True))], 1)
        if i in (3, 5):
            x = F.max_pool2d(x, 3, 2)
    return gap(F.relu(n.conv(x, "conv10", 1000, 1, bias=True)))


def resnet50(x):
    n = Keras(1.001e-5)
    x = F.relu(n.bn(n.conv(F.pad(x, (3, 3, 3, 3)), "conv1_conv", 64, 7, 2, bias=True), "conv1_bn"))
    x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
    for stage, (blocks, filters) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)], 2):
        for b in range(1, blocks + 1):
            p, s = f"conv{stage}_block{b}", 2 if stage > 2 and b == 1 else 1
            shortcut = n.bn(n.conv(x, p + "_0_conv", 4 * filters, 1, s, bias=True), p + "_0_bn") if b == 1 else x
            y = F.relu(n.bn(n.conv(x, p + "_1_conv", filters, 1, s, bias=True), p + "_1_bn"))
            y = F.relu(n.bn(n.conv(y, p + "_2_conv", filters, 3, same=True, bias=True), p + "_2_bn"))
            y = n.bn(n.conv(y, p + "_3_conv", 4 * filters, 1, bias=True), p + "_3_bn")
            x = F.relu(shortcut + y)
    return n.dense(gap(x), "predictions", 1000)


def resnet50v2(x):
    n = Keras(1.001e-5)
    x = n.conv(F.pad(x, (3, 3, 3, 3)), "conv1_conv", 64, 7, 2, bias=True)
    x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
    for stage, (blocks, filters, stride) in enumerate([(3, 64, 2), (4, 128, 2), (6, 256, 2), (3, 512, 1)], 2):
        for b in range(1, blocks + 1):
            p, s = f"conv{stage}_block{b}", stride if b == blocks else 1
            pre = F.relu(n.bn(x, p + "_preact_bn"))
            if b == 1:
                shortcut = n.conv(pre, p + "_0_conv", 4 * filters, 1, s, bias=True)
            else:
                shortcut = F.max_pool2d(x, 1, s) if s > 1 else x
            y = F.relu(n.bn(n.conv(pre, p + "_1_conv", filters, 1), p + "_1_bn"))
            y = F.relu(n.bn(n.conv(F.pad(y, (1, 1, 1, 1)), p + "_2_conv", filters, 3, s), p + "_2_bn"))
            x = shortcut + n.conv(y, p + "_3_conv", 4 * filters, 1, bias=True)
    return n.dense(gap(F.relu(n.bn(x, "post_bn"))), "predictions", 1000)


def mobilenet(x):
    n = Keras(1e-3)
    x = F.relu6(n.bn(n.conv(x, "conv1", 32, 3, 2, same=True), "conv1_bn"))
    for i, (filters, s) in enumerate([(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)], 1):
        if s == 2:
            x = F.pad(x, (0, 1, 0, 1))
        x = F.relu6(n.bn(n.depthwise(x, f"conv_dw_{i}", 3, s, same=s == 1), f"conv_dw_{i}_bn"))
        x = F.relu6(n.bn(n.conv(x, f"conv_pw_{i}", filters, 1), f"conv_pw_{i}_bn"))
    return n.conv(gap(x)[:, :, None, None], "conv_preds", 1000, 1, bias=True)[:, :, 0, 0]


def mobilenetv2(x):
    n = Keras(1e-3)
    x = F.relu6(n.bn(n.conv(x, "Conv1", 32, 3, 2, same=True), "bn_Conv1"))
    settings = [(16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1), (64, 1), (96, 1), (96, 1), (96, 1),
                (160, 2), (160, 1), (160, 1), (320, 1)]
    for i, (filters, s) in enumerate(settings):
        inputs, p = x, f"block_{i}_" if i else "expanded_conv_"
        if i:
            x = F.relu6(n.bn(n.conv(x, p + "expand", 6 * x.shape[1], 1), p + "expand_BN"))
        if s == 2:
            x = correct_pad(x, 3)
        x = F.relu6(n.bn(n.depthwise(x, p + "depthwise", 3, s, same=s == 1), p + "depthwise_BN"))
        x = n.bn(n.conv(x, p + "project", filters, 1), p + "project_BN")
        if s == 1 and inputs.shape[1] == filters:
            x = inputs + x
    x = F.relu6(n.bn(n.conv(x, "Conv_1", 1280, 1), "Conv_1_bn"))
    return n.dense(gap(x), "predictions", 1000)


def densenet121(x):
    n = Keras(1.001e-5)
    x = F.relu(n.bn(n.conv(F.pad(x, (3, 3, 3, 3)), "conv1_conv", 64, 7, 2), "conv1_bn"))
    x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
    for stage, blocks in enumerate([6, 12, 24, 16], 2):
        for b in range(1, blocks + 1):
            p = f"conv{stage}_block{b}"
            y = n.conv(F.relu(n.bn(x, p + "_0_bn")), p + "_1_conv", 128, 1)
            y = n.conv(F.relu(n.bn(y, p + "_1_bn")), p + "_2_conv", 32, 3, same=True)
            x = torch.cat([x, y], 1)
        if stage < 5:
            x = n.conv(F.relu(n.bn(x, f"pool{stage}_bn")), f"pool{stage}_conv", x.shape[1] // 2, 1)
            x = F.avg_pool2d(x, 2, 2)
    return n.dense(gap(F.relu(n.bn(x, "bn"))), "predictions", 1000)


def inceptionv3(x):
    n = Keras(1e-3)

    def cb(x, filters, h, w, s=1, same=True):
        c, b = n.name("conv2d"), n.name("batch_normalization")
        return F.relu(n.bn(n.conv(x, c, filters, (h, w), s, same=same), b, scale=False))

    x = cb(x, 32, 3, 3, 2, False)
    x = cb(x, 32, 3, 3, 1, False)
    x = F.max_pool2d(cb(x, 64, 3, 3), 3, 2)
    x = cb(x, 80, 1, 1, 1, False)
    x = F.max_pool2d(cb(x, 192, 3, 3, 1, False), 3, 2)
    for pool in (32, 64, 64):
        a = cb(x, 64, 1, 1)
        b = cb(cb(x, 48, 1, 1), 64, 5, 5)
        c = cb(cb(cb(x, 64, 1, 1), 96, 3, 3), 96, 3, 3)
        x = torch.cat([a, b, c, cb(same_average(x, 3), pool, 1, 1)], 1)
    a = cb(x, 384, 3, 3, 2, False)
    b = cb(cb(cb(x, 64, 1, 1), 96, 3, 3), 96, 3, 3, 2, False)
    x = torch.cat([a, b, F.max_pool2d(x, 3, 2)], 1)
    for f in (128, 160, 160, 192):
        a = cb(x, 192, 1, 1)
        b = cb(cb(cb(x, f, 1, 1), f, 1, 7), 192, 7, 1)
        c = cb(cb(cb(cb(cb(x, f, 1, 1), f, 7, 1), f, 1, 7), f, 7, 1), 192, 1, 7)
        x = torch.cat([a, b, c, cb(same_average(x, 3), 192, 1, 1)], 1)
    a = cb(cb(x, 192, 1, 1), 320, 3, 3, 2, False)
    b = cb(cb(cb(cb(x, 192, 1, 1), 192, 1, 7), 192, 7, 1), 192, 3, 3, 2, False)
    x = torch.cat([a, b, F.max_pool2d(x, 3, 2)], 1)
    for _ in range(2):
        a = cb(x, 320, 1, 1)
        b = cb(x, 384, 1, 1)
        b = torch.cat([cb(b, 384, 1, 3), cb(b, 384, 3, 1)], 1)
        c = cb(cb(x, 448, 1, 1), 384, 3, 3)
        c = torch.cat([cb(c, 384, 1, 3), cb(c, 384, 3, 1)], 1)
        x = torch.cat([a, b, c, cb(same_average(x, 3), 192, 1, 1)], 1)
    return n.dense(gap(x), "predictions", 1000)


def xception(x):
    n = Keras(1e-3)
    x = F.relu(n.bn(n.conv(x, "block1_conv1", 32, 3, 2), "block1_conv1_bn"))
    x = F.relu(n.bn(n.conv(x, "block1_conv2", 64, 3), "block1_conv2_bn"))

    def sep(x, name, filters):
        return n.bn(n.separable(x, name, filters, 3), name + "_bn")

    def reduce(x, block, first, second):
        c, b = n.name("conv2d"), n.name("batch_normalization")
        residual = n.bn(n.conv(x, c, second, 1, 2, same=True), b)
        y = sep(F.relu(x) if block > 2 else x, f"block{block}_sepconv1", first)
        y = sep(F.relu(y), f"block{block}_sepconv2", second)
        return F.max_pool2d(tf_same(y, 3, 3, 2, float("-inf")), 3, 2) + residual

    x = reduce(x, 2, 128, 128)
    x = reduce(x, 3, 256, 256)
    x = reduce(x, 4, 728, 728)
    for block in range(5, 13):
        y = x
        for i in (1, 2, 3):
            y = sep(F.relu(y), f"block{block}_sepconv{i}", 728)
        x = y + x
    x = reduce(x, 13, 728, 1024)
    x = F.relu(sep(x, "block14_sepconv1", 1536))
    x = F.relu(sep(x, "block14_sepconv2", 2048))
    return n.dense(gap(x), "predictions", 1000)


def efficientnet(width, depth):
    def net(x):
        n = Keras(1e-3)

        def filters(f):
            f *= width
            r = max(8, int(f + 4) // 8 * 8)
            return int(r + 8 if r < 0.9 * f else r)

        x = x / 255.0
        mean, var = values("normalization/mean", "zero", (3,), 1), values("normalization/variance", "variance", (3,), 1)
        x = (x - mean[:, None, None]) / torch.sqrt(var)[:, None, None]
        x = x / torch.sqrt(torch.tensor([0.229, 0.224, 0.225]))[:, None, None]
        x = F.silu(n.bn(n.conv(correct_pad(x, 3), "stem_conv", filters(32), 3, 2), "stem_bn"))
        stages = [(3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2), (3, 1, 320, 6, 1)]
        for i, (k, repeats, out, expand, stride) in enumerate(stages, 1):
            for j in range(int(math.ceil(depth * repeats))):
                p, s, inputs = f"block{i}{chr(97 + j)}_", stride if j == 0 else 1, x
                cin = x.shape[1]
                if expand != 1:
                    x = F.silu(n.bn(n.conv(x, p + "expand_conv", cin * expand, 1), p + "expand_bn"))
                if s == 2:
                    x = correct_pad(x, k)
                x = F.silu(n.bn(n.depthwise(x, p + "dwconv", k, s, same=s == 1), p + "bn"))
                se = gap(x)[:, :, None, None]
                se = F.silu(n.conv(se, p + "se_reduce", max(1, int(cin * 0.25)), 1, bias=True))
                x = x * torch.sigmoid(n.conv(se, p + "se_expand", x.shape[1], 1, bias=True))
                x = n.bn(n.conv(x, p + "project_conv", filters(out), 1), p + "project_bn")
                if s == 1 and cin == filters(out):
                    x = x + inputs
        x = F.silu(n.bn(n.conv(x, "top_conv", filters(1280), 1), "top_bn"))
        return n.dense(gap(x), "predictions", 1000)

    return net


def convnexttiny(x):
    n, p = Keras(0), "convnext_tiny_"
    mean, std = torch.tensor([0.485, 0.456, 0.406]) * 255, torch.tensor([0.229, 0.224, 0.225]) * 255
    x = (x - mean[:, None, None]) / std[:, None, None]
    x = n.ln(n.conv(x, p + "stem_conv", 96, 4, 4, bias=True), p + "stem_layernorm")
    for i, (blocks, dim) in enumerate([(3, 96), (3, 192), (9, 384), (3, 768)]):
        if i:
            x = n.conv(n.ln(x, f"{p}downsampling_layernorm_{i - 1}"), f"{p}downsampling_conv_{i - 1}", dim, 2, 2, bias=True)
        for j in range(blocks):
            b = f"{p}stage_{i}_block_{j}"
            y = n.ln(n.conv(x, b + "_depthwise_conv", dim, 7, same=True, bias=True, groups=dim), b + "_layernorm")
            y = n.dense(F.gelu(n.dense(y, b + "_pointwise_conv_1", 4 * dim)), b + "_pointwise_conv_2", dim)
            x = x + y * values(b + "_layer_scale/gamma", "gamma", (dim,), 1)[:, None, None]
    return n.dense(n.ln(gap(x), p + "head_layernorm"), p + "head_dense", 1000)


KERAS = {
    "vgg16": (lambda x: vgg(x, [2, 2, 3, 3, 3]), 64, 1.0),
    "vgg19": (lambda x: vgg(x, [2, 2, 4, 4, 4]), 64, 1.0),
    "resnet50": (resnet50, 65, 1.0),
    "resnet50v2": (resnet50v2, 65, 1.0),
    "mobilenet": (mobilenet, 65, 1.0),
    "mobilenetv2": (mobilenetv2, 70, 1.0),
    "densenet121": (densenet121, 64, 1.0),
    "inceptionv3": (inceptionv3, 96, 1.0),
    "xception": (xception, 72, 1.0),
    "efficientnetb0": (efficientnet(1.0, 1.0), 70, 100.0),
    "efficientnetb1": (efficientnet(1.0, 1.1), 65, 100.0),
    "efficientnetb2": (efficientnet(1.1, 1.2), 64, 100.0),
    "efficientnetb3": (efficientnet(1.2, 1.4), 64, 100.0),
    "squeezenet": (squeezenet, 64, 1.0),
    "convnexttiny": (convnexttiny, 64, 100.0),
}

TORCHVISION = {
    "vgg16": (lambda: small_vgg(tv.vgg16()), 64), "vgg19": (lambda: small_vgg(tv.vgg19()), 64), "resnet18": (tv.resnet18, 65), "resnet34": (tv.resnet34, 64),
    "resnet50": (tv.resnet50, 65), "mobilenetv2": (tv.mobilenet_v2, 70), "mobilenetv3": (tv.mobilenet_v3_large, 65),
    "densenet121": (tv.densenet121, 64), "inceptionv3": (lambda: tv.inception_v3(init_weights=False, transform_input=False), 96),
    "efficientnetb0": (tv.efficientnet_b0, 70), "efficientnetb1": (tv.efficientnet_b1, 65), "efficientnetb2": (tv.efficientnet_b2, 64),
    "efficientnetb3": (tv.efficientnet_b3, 64), "squeezenet": (tv.squeezenet1_1, 70), "squeezenet1_0": (tv.squeezenet1_0, 72),
    "convnexttiny": (tv.convnext_tiny, 64),
}


def main():
    cases = []

    def add(name, dialect, size, scale, logits):
        logits = logits.reshape(-1).numpy()
        assert np.isfinite(logits).all() and logits.std() > 1e-3, (name, logits.std())
        # A few logits and a weighted sum over all of them: each is a check, and the file stays small.
        weights = np.sin(np.arange(1000) * 0.7 + 0.3)
        cases.append({"name": name, "dialect": dialect, "size": size, "scale": scale,
                      "norm": float(np.linalg.norm(logits)), "projection": float((logits * weights).sum()),
                      "logits": [float(v) for v in logits[:12]]})
        print(name, dialect, "std", round(float(logits.std()), 4), "norm", round(float(np.linalg.norm(logits)), 4), file=sys.stderr)

    for name, (f, size, scale) in KERAS.items():
        add(name, "KERAS", size, scale, f(image(size, size, scale)))
    for name, (f, size) in TORCHVISION.items():
        add(name, "TORCHVISION", size, 1.0, torchvision_logits(f(), size))
    with open(OUT, "w") as out:
        json.dump(cases, out, indent=0)
        out.write("\n")


def write_files(folder):
    import h5py
    os.makedirs(folder, exist_ok=True)
    sizes = {"inceptionv3": 299, "xception": 299, "efficientnetb1": 240, "efficientnetb2": 260, "efficientnetb3": 300}
    for name, (f, _, scale) in KERAS.items():
        RECORDED.clear()
        size = sizes.get(name, 224)
        f(image(size, size, scale))
        if name.startswith("efficientnet"):
            RECORDED["normalization/count"] = torch.zeros(())
        layers = {}
        for tensor in RECORDED:
            layers.setdefault(tensor.rsplit("/", 1)[0], []).append(tensor)
        with h5py.File(os.path.join(folder, name + ".h5"), "w") as h5:
            h5.attrs["layer_names"] = [n.encode() for n in layers]
            for layer, tensors in layers.items():
                group = h5.create_group(layer)
                order = ["depthwise_kernel", "pointwise_kernel", "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance",
                         "mean", "variance", "count"]
                tensors.sort(key=lambda t: order.index(t.rsplit("/", 1)[1]))
                group.attrs["weight_names"] = [(t + ":0").encode() for t in tensors]
                for t in tensors:
                    group.create_dataset(t + ":0", data=RECORDED[t].numpy().astype(np.float32))
        print(name, file=sys.stderr)
    for name, (f, _) in {**TORCHVISION, "vgg16": (tv.vgg16, 0), "vgg19": (tv.vgg19, 0)}.items():
        model = f().float()
        state = model.state_dict()
        torch.save(state, os.path.join(folder, name + ".pth"))
        print(name, file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_files(sys.argv[1])
    else:
        main()
