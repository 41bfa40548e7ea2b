"""Makes ../resources/goldens/augmentations.json with torchvision's functional operations on tensors.

Needs torchvision (made with torch 2.13.0 and torchvision 0.28.0). Run: python3 make_augmentation_goldens.py

The images are waves that both sides can make: image(h, w, k) has the values (sin(i k + k) + 1) * 127.5, rounded
to whole numbers in float64. "float" cases are computed on float32 tensors from 0 to 1, and the results multiplied
by 255. "byte" cases, of operations that are defined for 8-bit images, are computed on uint8 tensors. For the
geometry, "inside" has the pixels whose source is within the image: outside, torchvision's result is black.
"tables" has the amounts of RandAugment and TrivialAugmentWide by operation, for an image of 331 x 331 pixels.
"""
import json, os
import numpy as np
import torch
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode, RandAugment, TrivialAugmentWide

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "augmentations.json")
SIZES = [(7, 9, 0.7), (6, 5, 0.31)]


def image(h, w, k):
    i = np.arange(3 * h * w)
    return np.rint((np.sin(i * k + k) + 1) * 127.5).reshape(3, h, w)


def flat(t):
    return [round(float(v), 5) for v in t.reshape(-1)]


def affine(t, angle=0.0, translate=(0, 0), shear=(0.0, 0.0), center=None):
    return F.affine(t, angle, list(translate), 1.0, list(shear), InterpolationMode.BILINEAR, center=center)


FLOAT = {
    "brightness": (F.adjust_brightness, [0.3, 1.6]),
    "contrast": (F.adjust_contrast, [0.0, 0.4, 1.7]),
    "saturation": (F.adjust_saturation, [0.0, 0.4, 1.7]),
    "hue": (F.adjust_hue, [-0.5, -0.13, 0.05, 0.4]),
    "sharpness": (F.adjust_sharpness, [0.0, 0.4, 1.9]),
    "solarize": (lambda t, a: F.solarize(t, a / 255), [0.0, 100.0, 255.0]),
    "autocontrast": (lambda t, a: F.autocontrast(t * 0.5 + 0.2), [0.0]),
    "grey": (lambda t, a: F.rgb_to_grayscale(t, 3), [0.0]),
    "blur": (lambda t, a: F.gaussian_blur(t, 2 * int(np.ceil(3 * a)) + 1, a), [0.4, 1.0]),
}
BYTE = {
    "posterize": (lambda t, a: F.posterize(t, int(a)), [1.0, 4.0, 7.0, 8.0]),
    "equalize": (lambda t, a: F.equalize(t), [0.0]),
}
GEOMETRY = {
    "rotate": (lambda t, a: F.rotate(t, a, InterpolationMode.BILINEAR), [30.0, -75.0]),
    "shear x": (lambda t, a: affine(t, shear=(float(np.degrees(np.arctan(a))), 0.0), center=[0, 0]), [0.3, -0.2]),
    "shear y": (lambda t, a: affine(t, shear=(0.0, float(np.degrees(np.arctan(a)))), center=[0, 0]), [0.3, -0.2]),
    "translate x": (lambda t, a: affine(t, translate=(int(a), 0)), [2.7, -1.0]),
    "translate y": (lambda t, a: affine(t, translate=(0, int(a))), [2.7, -1.0]),
}


def corners(h, w, moves):
    """Moved corners in the order of torchvision: top left, top right, bottom right, bottom left."""
    start = [[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]]
    return start, [[x + dx, y + dy] for (x, y), (dx, dy) in zip(start, moves)]


def main():
    cases = []
    for h, w, k in SIZES:
        x = image(h, w, k)
        for name, (f, amounts) in FLOAT.items():
            for a in amounts:
                y = f(torch.tensor(x / 255, dtype=torch.float32), a) * 255
                cases.append(dict(operation=name, amount=a, height=h, width=w, k=k, values=flat(y)))
    # An equalisation changes something only if a channel has more pixels than levels.
    for h, w, k in [(40, 30, 0.7), (7, 9, 0.31)]:
        x = image(h, w, k)
        for name, (f, amounts) in BYTE.items():
            for a in amounts:
                y = f(torch.tensor(x).to(torch.uint8), a)
                cases.append(dict(operation=name, amount=a, height=h, width=w, k=k, values=flat(y)))
    for h, w, k in SIZES:
        x = torch.tensor(image(h, w, k), dtype=torch.float64)
        for name, (f, amounts) in GEOMETRY.items():
            for a in amounts:
                inside = f(torch.ones_like(x), a) > 1 - 1e-9
                cases.append(dict(operation=name, amount=a, height=h, width=w, k=k, values=flat(f(x, a)),
                                  inside=[int(v) for v in inside.reshape(-1)]))
    perspectives = []
    for h, w, k in SIZES:
        x = torch.tensor(image(h, w, k), dtype=torch.float64)
        start, end = corners(h, w, [(1, 0), (-1, 1), (0, -1), (1, -2)])
        f = lambda t: F.perspective(t, start, end, InterpolationMode.BILINEAR)
        inside = f(torch.ones_like(x)) > 1 - 1e-6
        perspectives.append(dict(height=h, width=w, k=k, corners=end, values=flat(f(x)),
                                 inside=[int(v) for v in inside.reshape(-1)]))
    tables = {}
    rand = RandAugment()._augmentation_space(31, (331, 331))
    trivial = TrivialAugmentWide()._augmentation_space(31)
    for name, space in [("RandAugment", rand), ("TrivialAugmentWide", trivial)]:
        tables[name] = {op: dict(magnitudes=flat(m), signed=bool(s)) for op, (m, s) in space.items()}
    with open(OUT, "w") as f:
        json.dump(dict(cases=cases, perspectives=perspectives, tables=tables), f)
        f.write("\n")


if __name__ == "__main__":
    main()
