"""Makes ../resources/goldens/losses.json with PyTorch and Keras, in float64.

Needs PyTorch, Keras 3 with TensorFlow (with the other backends, losses are reduced in float32) and NumPy.
Run: python3 make_loss_goldens.py

Every case has a loss, its gradient with respect to the outputs, and 20 steps of plain SGD on a linear model
(outputs = inputs W + b, from zero): the loss before each step and the values after the last. Inputs are multiples of
1/64, so that they are exact in float32. "by" names the function that computed the case.
"""
import json, os

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "losses.json")
random = np.random.default_rng(13)
BATCH, OUTPUTS, FEATURES, RATE, STEPS = 6, 4, 3, 0.5, 20
WEIGHTS = [0.5, 2.0, 0.0, 1.0, 3.25, 1.0]


def grid(shape, limit):
    return np.round(random.uniform(-limit, limit, shape) * 64) / 64


outputs = grid((BATCH, OUTPUTS), 5)
inputs = grid((BATCH, FEATURES), 2)
labels = np.array([0, 3, 1, 2, 2, 0])
shares = random.integers(1, 9, (BATCH, OUTPUTS)) * 1.0
shares[0, 1:] = 0
shares /= shares.sum(1, keepdims=True)
tags = random.integers(0, 2, (BATCH, OUTPUTS)) * 1.0
tags[1] = 0
values = grid((BATCH, OUTPUTS), 4)
one_hot = np.eye(OUTPUTS)[labels]
TARGETS = {"classes": one_hot, "distributions": shares, "tags": tags, "values": values}


def tensor(a):
    return torch.tensor(a, dtype=torch.float64)


def of_torch(function, reduce=True, **settings):
    """By PyTorch without reduction: the mean over outputs if there is one value per output, then the weighted mean."""
    def compute(o, t, w):
        o = tensor(o).requires_grad_()
        each = function(o, tensor(t), reduction="none", **settings)
        value = ((each.mean(1) if reduce else each) * tensor(w)).mean()
        value.backward()
        return value.item(), o.grad.numpy()
    return compute, "torch.nn.functional." + function.__name__


def of_keras(loss, **settings):
    """By Keras, with sample_weight."""
    criterion = loss(dtype="float64", **settings)
    def compute(o, t, w):
        o = tf.constant(o, dtype=tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(o)
            value = criterion(tf.constant(t, dtype=tf.float64), o, sample_weight=w)
        assert value.dtype == tf.float64
        return float(value), tape.gradient(value, o).numpy()
    return compute, "keras.losses." + loss.__name__


K = keras.losses
POSITIVE = tensor([0.5, 1.0, 2.0, 4.0])
CLASSES, BOTH = ["classes"], ["classes", "distributions"]
CASES = [
    ("crossentropy", BOTH, of_torch(F.cross_entropy, False)),
    ("crossentropy,smoothing=0.1", BOTH, of_torch(F.cross_entropy, False, label_smoothing=0.1)),
    ("crossentropy,smoothing=0.1", CLASSES, of_keras(K.CategoricalCrossentropy, from_logits=True, label_smoothing=0.1)),
    ("focal:2.0", BOTH, of_keras(K.CategoricalFocalCrossentropy, alpha=1.0, gamma=2.0, from_logits=True)),
    ("focal:0.5", CLASSES, of_keras(K.CategoricalFocalCrossentropy, alpha=1.0, gamma=0.5, from_logits=True)),
    ("focal:0.0", CLASSES, of_torch(F.cross_entropy, False)),
    ("focal:2.0", ["tags"], of_keras(K.BinaryFocalCrossentropy, gamma=2.0, from_logits=True)),
    ("binarycrossentropy", ["tags"], of_torch(F.binary_cross_entropy_with_logits)),
    ("binarycrossentropy,positive=0.5:1.0:2.0:4.0", ["tags"],
     of_torch(F.binary_cross_entropy_with_logits, pos_weight=POSITIVE)),
    ("binarycrossentropy,smoothing=0.2", ["tags"], of_keras(K.BinaryCrossentropy, from_logits=True, label_smoothing=0.2)),
    ("squarederror", ["values"], of_torch(F.mse_loss)),
    ("squarederror", ["values"], of_keras(K.MeanSquaredError)),
    ("huber:1.0", ["values"], of_torch(F.huber_loss)),
    ("huber:2.5", ["values"], of_keras(K.Huber, delta=2.5)),
]


def case(notation, kind, compute, by, weights):
    targets = TARGETS[kind]
    value, gradients = compute(outputs, targets, np.array(weights))
    model = np.zeros((FEATURES + 1, OUTPUTS))
    x = np.concatenate([inputs, np.ones((BATCH, 1))], 1)
    losses = []
    for _ in range(STEPS):
        step, gradient = compute(x @ model, targets, np.array(weights))
        losses.append(step)
        model -= RATE * x.T @ gradient
    return {"notation": notation, "kind": kind, "by": by, "weights": weights, "loss": value,
            "gradients": gradients.tolist(), "losses": losses, "model": model.tolist()}


cases = [case(notation, kind, compute, by, weights)
         for notation, kinds, (compute, by) in CASES for kind in kinds for weights in ([1.0] * BATCH, WEIGHTS)]
with open(OUT, "w") as f:
    json.dump({"versions": {"torch": torch.__version__, "keras": keras.__version__, "tensorflow": tf.__version__}, "rate": RATE,
               "outputs": outputs.tolist(), "inputs": inputs.tolist(), "labels": labels.tolist(),
               "distributions": shares.tolist(), "tags": tags.tolist(), "values": values.tolist(),
               "cases": cases}, f)
    f.write("\n")
