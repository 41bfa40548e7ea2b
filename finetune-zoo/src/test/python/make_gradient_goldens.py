"""Writes ../resources/goldens/gradients.json: float64 gradients of torchvision's networks, made smooth.

Needs the packages of make_zoo_goldens.py (the file was written with PyTorch 2.13 and torchvision 0.28).
Run: python3 make_gradient_goldens.py

ReLU and max pooling have kinks: a unit that float32 rounding moves across one changes the gradient by far more than the
rounding. Both sides therefore make the network smooth: ReLU and ReLU6 become ELU, max pooling becomes average pooling of
the same window, and dropout is off.

The file contains the Euclidean norm and eight signed sums, see signs(), of each gradient and of the batch statistics of
each trainable batch normalisation. For random signs the mean square of the differences of such sums is the square of the
norm of the difference of the two tensors.
"""
import copy, json, os, sys
import numpy as np
import torch
import torch.nn.functional as F
import torchvision.models as tv
import make_zoo_goldens as zoo

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "gradients.json")
SUMS = 8
LABELS = [1, 5, 1, 700]
_SIGNS = {}


def signs(count):
    """Returns SUMS rows of signs: bit k of the numbers of SplitMix64 with seed 0, where 1 means plus."""
    if count not in _SIGNS:
        with np.errstate(over="ignore"):
            z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        _SIGNS[count] = [((z >> np.uint64(k)) & np.uint64(1)).astype(bool) for k in range(SUMS)]
    return _SIGNS[count]


def summary(values):
    """Returns the norm and the sums, with values in this library's layout: kernels (out, in, h, w), dense layers (in, out)."""
    v = values.detach().numpy()
    if v.ndim == 2:
        v = v.T
    v = v.reshape(-1)
    total = v.sum()
    return [float(f"{x:.8e}") for x in [np.linalg.norm(v)] + [2 * v[s].sum() - total for s in signs(v.size)]]


def smooth(module):
    for name, child in module.named_children():
        if isinstance(child, (torch.nn.ReLU, torch.nn.ReLU6)):
            setattr(module, name, torch.nn.ELU())
        elif isinstance(child, torch.nn.MaxPool2d):
            setattr(module, name, torch.nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode))
        elif isinstance(child, torch.nn.Dropout):
            setattr(module, name, torch.nn.Dropout(0.0))
        else:
            smooth(child)
    return module


def backward(model, x):
    with torch.enable_grad():
        loss = F.cross_entropy(model(x), torch.tensor(LABELS))
        loss.backward()
    return float(loss)


def float32_error(model, single):
    """Returns torch's own largest float32 error, without gradients that are zero in exact arithmetic."""
    pairs = [(p.grad, q.grad.double()) for p, q in zip(model.parameters(), single.parameters()) if p.requires_grad]
    return max(float((q - p).norm() / p.norm()) for p, q in pairs if p.norm() > 1e-9)


def case(name, model, size, frozen):
    """Runs one pass over four images. Frozen parts have no gradients and use their stored statistics."""
    zoo.torchvision_logits(model, size)  # sets the weights
    smooth(model).train()
    for part in frozen:
        part.eval()
        part.requires_grad_(False)
    x = torch.cat([zoo.image(size, size, 1.0 - 0.15 * i) for i in range(len(LABELS))])
    single = copy.deepcopy(model).float()
    backward(single, x.float())
    seen = {}

    def statistics(layer):
        def hook(module, inputs, output):
            x = inputs[0].detach()
            seen[layer + ".running_mean"] = x.mean(dim=(0, 2, 3))
            seen[layer + ".running_var"] = x.var(dim=(0, 2, 3), unbiased=False)
        return hook

    before = {}
    for layer, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d) and module.training:
            module.register_forward_hook(statistics(layer))
            before[layer] = (module.running_mean.clone(), module.running_var.clone(), module)
    loss = backward(model, x)
    for layer, (mean, variance, module) in before.items():
        # Checks the hook against torch's own update. Torch's variance divides by n - 1, that of Keras and the hook by n.
        keep, share = 1 - module.momentum, module.momentum
        assert torch.allclose(module.running_mean, keep * mean + share * seen[layer + ".running_mean"])
        ratio = (module.running_var - keep * variance) / share / seen[layer + ".running_var"]
        assert (ratio > 1).all() and torch.allclose(ratio, ratio[0])
    gradients = {n: summary(p.grad) for n, p in model.named_parameters() if p.requires_grad}
    print(name, loss, len(gradients), float32_error(model, single), file=sys.stderr)
    return {"name": name, "size": size, "loss": loss, "float32": float(f"{float32_error(model, single):.1e}"), "gradients": gradients,
            "statistics": {n: summary(v) for n, v in seen.items()}}


def cases():
    resnet, densenet = tv.resnet18(), tv.densenet121()
    f = densenet.features
    yield case("vgg16", zoo.small_vgg(tv.vgg16()), 64, [])
    yield case("squeezenet", tv.squeezenet1_1(), 63, [])  # a size at which the pooling windows fit exactly
    yield case("mobilenetv2", tv.mobilenet_v2(), 96, [])
    yield case("resnet18", resnet, 64, [resnet.layer2])
    yield case("densenet121", densenet, 64, [f.denseblock2, f.transition2])


def without_kinks(relu=F.relu):
    """Returns the cases with F.relu replaced: torchvision's DenseNet calls it directly, once, before the classifier."""
    F.relu = lambda x, inplace=False: F.elu(x)
    try:
        return list(cases())
    finally:
        F.relu = relu


def main():
    lines = [json.dumps(c).replace("], \"", "],\n\"").replace("{\"", "{\n\"") for c in without_kinks()]
    with open(OUT, "w") as out:
        out.write("[" + ",\n".join(lines) + "]\n")


if __name__ == "__main__":
    main()
