"""Makes optimizers.json and schedules.json in ../resources/goldens with PyTorch, Keras and timm.

Needs PyTorch (made with 2.13), Keras 3 (3.15) and timm (1.0.29). Run: python3 make_optimizer_goldens.py

- optimizers.json: the values of three tensors after steps 1, 2 and 20, in float32. The second tensor begins at zero. It
  and the third are in a group without weight decay. Gradients are sin(0.37 i + 0.9 step + tensor) / 2.
  LAMB with weight decay comes from timm, because Keras applies the decay outside the trust ratio, unlike the paper.
- clipping.json: the same for SGD with learning rate 0.1 and momentum 0.9, with gradients clipped to some norms.
- schedules.json: the learning rates of all steps.
- valley.json: losses, and the index of the learning rate that fastai's valley method suggests.
"""
import json, os

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
import timm.optim
import torch

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens")
STEPS = 20
KEPT = (1, 2, 20)


def wave(n, k):
    return np.sin(np.arange(n) * k + k).astype(np.float32)


def initial():
    return [wave(15, 0.21), np.zeros(4, np.float32), (wave(8, 0.5) * np.float32(0.125))]


def gradient(tensor, n, step):
    return (np.sin(0.37 * np.arange(n) + 0.9 * step + tensor) / 2).astype(np.float32)


def flat(arrays):
    return [[float("%.9g" % float(v)) for v in a] for a in arrays]


def with_torch(make, clip=None):
    params = [torch.nn.Parameter(torch.tensor(v)) for v in initial()]
    optimizer = make([{"params": params[:1]}, {"params": params[1:], "weight_decay": 0.0}])
    kept = []
    for step in range(1, STEPS + 1):
        for i, p in enumerate(params):
            p.grad = torch.tensor(gradient(i, p.numel(), step))
        if clip:
            torch.nn.utils.clip_grad_norm_(params, clip)
        optimizer.step()
        if step in KEPT:
            kept.append(flat([p.detach().numpy() for p in params]))
    return kept


def with_keras(optimizer):
    params = [keras.Variable(v, name="p%d" % i) for i, v in enumerate(initial())]
    optimizer.exclude_from_weight_decay(var_list=params[1:])
    optimizer.build(params)
    kept = []
    for step in range(1, STEPS + 1):
        optimizer.apply([keras.ops.convert_to_tensor(gradient(i, p.shape[0], step)) for i, p in enumerate(params)], params)
        if step in KEPT:
            kept.append(flat([keras.ops.convert_to_numpy(p) for p in params]))
    return kept


def optimizers():
    o = torch.optim
    k = keras.optimizers
    return {
        "sgd:0.1": with_torch(lambda g: o.SGD(g, lr=0.1)),
        "sgd:0.1,decay=0.1": with_torch(lambda g: o.SGD(g, lr=0.1, weight_decay=0.1)),
        "sgd:0.1,momentum=0.9": with_torch(lambda g: o.SGD(g, lr=0.1, momentum=0.9)),
        "sgd:0.1,momentum=0.9,nesterov,decay=0.1": with_torch(
            lambda g: o.SGD(g, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)),
        "adamw:0.01": with_torch(lambda g: o.AdamW(g, lr=0.01)),
        "adamw:0.01,decay=0.5,beta1=0.8,beta2=0.95,epsilon=0.001": with_torch(
            lambda g: o.AdamW(g, lr=0.01, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5)),
        "adam:0.01": with_keras(k.Adam(0.01)),
        "lion:0.01": with_keras(k.Lion(0.01)),
        "lion:0.01,decay=0.5": with_keras(k.Lion(0.01, weight_decay=0.5)),
        "lamb:0.01,decay=0.0": with_keras(k.Lamb(0.01, epsilon=1e-6)),
        "lamb:0.01,decay=0.5": with_torch(
            lambda g: timm.optim.Lamb(g, lr=0.01, weight_decay=0.5, max_grad_norm=None, always_adapt=True)),
    }


def clipping():
    """Norms of the gradients are about 1.8."""
    make = lambda g: torch.optim.SGD(g, lr=0.1, momentum=0.9)
    return {clip: with_torch(make, float(clip)) for clip in ("0.5", "1.8", "9.0")}


def torch_rates(make, steps, base):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    schedule = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return [float(r) for r in rates]


def keras_rates(schedule, steps):
    return [float(schedule(step)) for step in range(steps)]


def schedules():
    s = torch.optim.lr_scheduler
    k = keras.optimizers.schedules
    base, n = 0.4, 30

    def warm(o, after):
        first = s.LinearLR(o, start_factor=1 / 7, end_factor=1, total_iters=6)
        return s.SequentialLR(o, [first, after(o)], milestones=[6])

    return {
        "constant": [base] * n,
        "cosine": torch_rates(lambda o: s.CosineAnnealingLR(o, n), n, base),
        "cosine,lowest=0.25": torch_rates(lambda o: s.CosineAnnealingLR(o, n, eta_min=0.1), n, base),
        "cosine,lowest=0.05": keras_rates(k.CosineDecay(base, n, alpha=0.05), n),
        "onecycle": one_cycle(s, base, n),
        "onecycle,rise=0.25,start=10,end=100": one_cycle(s, base, n, pct_start=0.25, div_factor=10, final_div_factor=100),
        "step,factor=0.5,at=0.2/0.4/0.6/0.8": torch_rates(lambda o: s.StepLR(o, 6, gamma=0.5), n, base),
        "step,factor=0.1,at=0.5/0.75": torch_rates(lambda o: s.MultiStepLR(o, [15, 23], gamma=0.1), n, base),
        "polynomial": torch_rates(lambda o: s.PolynomialLR(o, n), n, base),
        "polynomial,power=2.0": torch_rates(lambda o: s.PolynomialLR(o, n, power=2.0), n, base),
        "polynomial,power=0.5,lowest=0.1": keras_rates(k.PolynomialDecay(base, n, end_learning_rate=0.04, power=0.5), n),
        "cosine,warmup=0.2": torch_rates(lambda o: warm(o, lambda p: s.CosineAnnealingLR(p, n - 6)), n, base),
        "polynomial,warmup-steps=6": torch_rates(lambda o: warm(o, lambda p: s.PolynomialLR(p, n - 6)), n, base),
    }


def one_cycle(s, base, n, **settings):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base)
    schedule = s.OneCycleLR(optimizer, base, total_steps=n, cycle_momentum=False, **settings)
    rates = [optimizer.param_groups[0]["lr"]]
    for _ in range(n - 1):
        optimizer.step()
        schedule.step()
        rates.append(optimizer.param_groups[0]["lr"])
    return [float(r) for r in rates]


def valley(losses):
    """The index that fastai 2.7 suggests in lr_find, from its description: the middle of the second third of the
    longest falling subsequence that ends first, without the first tenth and the last five points."""
    skipped = len(losses) // 10
    losses = losses[skipped:-5]
    lengths = []
    for i, loss in enumerate(losses):
        lengths.append(1 + max([lengths[j] for j in range(i) if losses[j] > loss], default=0))
    end = int(np.argmax(lengths))
    start = end - lengths[end]
    third = (end - start) / 3
    return skipped + start + int(third) + int(third / 2)


def valleys():
    cases = []
    for seed in range(5):
        noise = np.random.default_rng(seed).normal(size=60 + 10 * seed) * 0.01
        x = np.linspace(-1, 1, len(noise))
        losses = [round(float(v), 6) for v in 2 - 1 / (1 + np.exp(-12 * (x - 0.1))) + np.exp(9 * (x - 0.9)) + noise]
        cases.append({"losses": losses, "index": valley(losses)})
    return cases


def dump(name, value):
    with open(os.path.join(OUT, name), "w") as f:
        json.dump(value, f, indent=0)
        f.write("\n")


if __name__ == "__main__":
    print("torch", torch.__version__, "keras", keras.__version__)
    dump("optimizers.json", optimizers())
    dump("clipping.json", clipping())
    dump("valley.json", valleys())
    dump("schedules.json", schedules())
