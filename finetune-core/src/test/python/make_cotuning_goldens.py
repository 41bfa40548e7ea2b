"""Makes ../resources/goldens/cotuning.json with PyTorch, in float64.

Needs PyTorch and NumPy.
Run: python3 make_cotuning_goldens.py

The loss of co-tuning is that of the paper's code (github.com/thuml/CoTuning): the cross-entropy of the target classes,
plus strength * mean(sum(-p * log_softmax(source outputs))), where p is the row of the relationship for the image's
class. The outputs are those of the target classes, then those of the source classes. Outputs are multiples of 1/64, so
that they are exact in float32. A case with weights has a weighted mean over the batch; one with shares has mixed images.
"""
import json, os

import numpy as np
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "cotuning.json")
random = np.random.default_rng(29)
BATCH, CLASSES, SOURCES = 6, 3, 7
LABELS = [0, 2, 1, 1, 2, 0]

outputs = np.round(random.uniform(-5, 5, (BATCH, CLASSES + SOURCES)) * 64) / 64
relationship = random.dirichlet(np.full(SOURCES, 0.5), CLASSES)
mixed = random.dirichlet(np.ones(CLASSES), BATCH)


def case(strength, smoothing, weights, shares):
    o = torch.tensor(outputs, dtype=torch.float64).requires_grad_()
    p = torch.tensor(relationship)
    w = torch.tensor(weights, dtype=torch.float64)
    targets = torch.tensor(mixed) if shares else torch.tensor(LABELS)
    sources = torch.tensor(mixed) @ p if shares else p[LABELS]
    target = F.cross_entropy(o[:, :CLASSES], targets, reduction="none", label_smoothing=smoothing)
    source = -(sources * F.log_softmax(o[:, CLASSES:], dim=-1)).sum(dim=-1)
    value = (w * target).mean() + strength * (w * source).mean()
    value.backward()
    return {"strength": strength, "smoothing": smoothing, "weights": weights, "shares": shares, "loss": value.item(),
            "gradients": o.grad.tolist()}


ONES = [1.0] * BATCH
cases = [case(2.3, 0.0, ONES, False), case(0.5, 0.1, ONES, False), case(2.3, 0.0, [0.5, 2.0, 0.0, 1.0, 3.25, 1.0], False),
         case(2.3, 0.0, ONES, True)]
with open(OUT, "w") as f:
    json.dump({"versions": {"torch": torch.__version__}, "labels": LABELS, "outputs": outputs.tolist(),
               "relationship": relationship.tolist(), "mixed": mixed.tolist(), "cases": cases}, f)
    f.write("\n")
