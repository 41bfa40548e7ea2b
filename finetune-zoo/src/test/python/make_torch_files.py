"""Writes ../resources/torch: files as people's scripts write them with PyTorch, and torch.json, what each must give.

Needs PyTorch and NumPy (written with 2.x). Run: python3 make_torch_files.py

The network is that of make_fixtures.py as a module: features (conv 3 -> 4, batch norm) and a classifier. Per file, torch.json
has "features.*": the sums of the network's tensors weighted by their position, as float64, for files that must be read; or
"refused": words of the message; "left": words of the line about what was left out; "prefix": one to pass; "safe": whether
torch.load(weights_only=True) reads the file.
"""
import argparse, collections, datetime, io, json, os, pathlib, shutil, zipfile
import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune
from make_fixtures import BETA, CONV, CONV_B, DENSE, DENSE_B, GAMMA, MEAN, VAR

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "torch")
CASES = {}
NAMES = ["features.0.weight", "features.0.bias", "features.1.weight", "features.1.bias", "features.1.running_mean",
         "features.1.running_var"]


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Linear(64, 5)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Holder(nn.Module):
    """Contains networks under the names of its arguments."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)


def tiny():
    net = Tiny().eval()
    values = {"features.0.weight": CONV, "features.0.bias": CONV_B, "features.1.weight": GAMMA, "features.1.bias": BETA,
              "features.1.running_mean": MEAN, "features.1.running_var": VAR, "classifier.weight": DENSE,
              "classifier.bias": DENSE_B}
    net.load_state_dict({k: torch.tensor(v) for k, v in values.items()}, strict=False)
    return net


def other():
    net = tiny()
    with torch.no_grad():
        for p in net.parameters():
            p.add_(1)
    return net


def sums(state):
    """The sums of the tensors, weighted by the position: a swapped or missing value changes them."""
    found = {}
    for name in NAMES:
        v = state[name].detach().to(torch.float32).numpy().astype(np.float64).ravel()
        found[name] = float((v * np.arange(1, v.size + 1)).sum())
    return found


def put(name, value, right=None, refused=None, left=None, prefix=None, **how):
    path = os.path.join(OUT, name)
    torch.save(value, path, **how)
    try:
        torch.load(path, weights_only=True)
        safe = True
    except Exception:
        safe = False
    case = {"safe": safe}
    if right is not None:
        case["tensors"] = sums(right)
    for key, words in (("refused", refused), ("left", left), ("prefix", prefix)):
        if words is not None:
            case[key] = words
    CASES[name] = case


def prefixed(state, prefix):
    return collections.OrderedDict((prefix + k, v) for k, v in state.items())


def wrong_without_a_word():
    plain = tiny().state_dict()
    net = tiny()
    prune.random_unstructured(net.features[0], "weight", amount=.3)
    net(torch.zeros(1, 3, 8, 8))
    put("pruned.pth", net.state_dict(), refused=["pruning", "prune.remove", "features.0.weight_mask"])
    net = tiny()
    nn.utils.weight_norm(net.features[0])
    put("weight-norm.pth", net.state_dict(), refused=["remove_weight_norm", "features.0.weight_g"])
    net = tiny()
    parametrizations.weight_norm(net.features[0])
    put("parametrized.pth", net.state_dict(), refused=["remove_parametrizations", "original0"])
    net = tiny()
    nn.utils.spectral_norm(net.features[0])
    put("spectral-norm.pth", net.state_dict(), refused=["remove_spectral_norm", "features.0.weight_u"])
    for name, at, like in (("momentum", "features.0.weight_momentum", CONV), ("grad", "features.0.weight.grad", CONV),
                           ("lora", "features.0.lora_A", CONV), ("mean-ema", "features.1.running_mean_ema", MEAN),
                           ("scale", "features.1.scale", GAMMA), ("layer-more", "features.2.weight", GAMMA)):
        extra = torch.tensor(like) * 3
        put(f"beside-{name}.pth", {**plain, at: extra}, refused=["extra: " + at])
        put(f"before-{name}.pth", {at: extra, **plain}, refused=["extra: " + at])
    mask = torch.ones_like(plain["features.0.weight"])
    for name, value in (("bool", mask.bool()), ("uint8", mask.byte()), ("sparse", mask.to_sparse()), ("float8", mask.to(torch.float8_e5m2)),
                        ("quantized", torch.quantize_per_tensor(mask, .1, 0, torch.qint8))):
        put(f"mask-{name}.pth", {**plain, "features.0.weight_mask": value}, refused=["extra: features.0.weight_mask [4, 3, 3, 3]"])
    put("prelu.pth", {**plain, "relu.weight": torch.tensor([.25])}, refused=["extra: relu.weight [1]"])
    net = tiny()
    net.features[0], net.features[1] = nn.utils.fusion.fuse_conv_bn_eval(net.features[0], net.features[1]), nn.Identity()
    put("fused.pth", {k: v for k, v in net.state_dict().items()}, refused=["must not be fused with the convolutions", "missing: norm/gamma"])
    # The imaginary part of a conjugate is negated only when it is read.
    negative = torch.imag(torch.conj(torch.complex(mask * 0, plain["features.0.weight"])))
    assert negative.is_neg()
    put("negative-view.pth", {**plain, "features.0.weight": negative}, {**plain, "features.0.weight": -plain["features.0.weight"]})
    put("two-namings.pth", {**plain, **prefixed(other().state_dict(), "module.")}, refused=["\"\"", "\"module.\"", "Prefix.of"])
    put("two-namings-one-asked.pth", {**plain, **prefixed(other().state_dict(), "module.")}, other().state_dict(),
        prefix="module.", left=["features.* (7 tensors)"])
    put("two-namings-equal.pth", {**plain, **prefixed(plain, "module.")}, plain, left=["module.*"])
    put("student-teacher.pth", Holder(student=Holder(backbone=tiny()), teacher=Holder(backbone=other())).state_dict(),
        refused=["student.backbone.", "teacher.backbone."])
    put("student-asked.pth", Holder(student=Holder(backbone=tiny()), teacher=Holder(backbone=other())).state_dict(), plain,
        prefix="student.backbone.", left=["teacher.*"])
    put("two-dictionaries.pth", {"state_dict": plain, "state_dict_ema": other().state_dict()},
        refused=["\"state_dict.\"", "\"state_dict_ema.\""])
    put("two-dictionaries-asked.pth", {"state_dict": plain, "state_dict_ema": other().state_dict()}, other().state_dict(),
        prefix="state_dict_ema.", left=["state_dict.*"])


def what_the_safe_reader_reads():
    plain = tiny().state_dict()
    net = tiny()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    net.train()
    net(torch.linspace(-1, 1, 384).reshape(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    checkpoint = {"epoch": 3, "state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "loss": .25}
    for name, how in (("zip", {}), ("legacy", {"_use_new_zipfile_serialization": False}), ("protocol-4", {"pickle_protocol": 4}),
                      ("protocol-5", {"pickle_protocol": 5})):
        put(f"checkpoint-{name}.pth", checkpoint, net.state_dict(), left=["optimizer.*"], **how)
    for name, tensor in (("bool", torch.tensor(True)), ("int8", torch.ones(3, dtype=torch.int8)),
                         ("int16", torch.ones(3, dtype=torch.int16)), ("uint8", torch.ones(3, dtype=torch.uint8)),
                         ("complex", torch.ones(3, dtype=torch.complex64)), ("uint16", torch.ones(3, dtype=torch.uint16)),
                         ("float8", torch.ones(3).to(torch.float8_e4m3fn)), ("empty", torch.zeros(0, 4)),
                         ("quantized", torch.quantize_per_tensor(torch.ones(3), .1, 0, torch.qint8)),
                         ("sparse", torch.eye(3).to_sparse())):
        put(f"{name}-buffer.pth", {**plain, "flag": tensor}, plain)
    put("int32-counter.pth", {k: v.int() if "tracked" in k else v for k, v in plain.items()}, plain)
    put("random-state.pth", {"state_dict": plain, "rng_state": torch.get_rng_state()}, plain, left=["rng_state"])
    put("size-and-type.pth", {"state_dict": plain, "input": torch.Size([3, 8, 8]), "dtype": torch.float32,
                              "device": torch.device("cpu")}, plain)
    put("set-and-bytes.pth", {"state_dict": plain, "done": {1, 2}, "frozen": frozenset([1]), "hash": b"abc", "b": bytearray(3)}, plain)
    put("namespace.pth", {"state_dict": plain, "args": argparse.Namespace(lr=.1)}, plain, left=["argparse.Namespace"])
    put("numpy-and-dates.pth", {"state_dict": plain, "best": np.float64(.5), "all": np.arange(3), "when": datetime.datetime(2020, 1, 1),
                                "path": pathlib.PurePosixPath("a")}, plain, left=["datetime.datetime"])
    put("defaultdict.pth", collections.defaultdict(list, {"state_dict": plain, "n": [1]}), plain)
    put("counter.pth", {"model": plain, "seen": collections.Counter("aab")}, plain)
    put("lists.pth", [3, plain], plain)
    put("deep.pth", {"a": {"b": {"c": plain}}}, plain)
    for key in ("net", "weights", "state_dict_ema", "model", "ema"):
        put(f"under-{key}.pth", {key: plain, "epoch": 1}, plain)
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        state = {k: v.to(dtype) if v.is_floating_point() else v for k, v in plain.items()}
        put(str(dtype)[6:] + ".pth", state, state)
    put("channels-last.pth", tiny().to(memory_format=torch.channels_last).state_dict(), plain)
    row = torch.linspace(0, 1, 1000)
    views = {**plain, "features.1.weight": row[10:18:2], "features.1.bias": row[3:4].expand(4), "features.1.running_mean": row[500:504]}
    put("views.pth", views, views)
    put("views-legacy.pth", views, views, _use_new_zipfile_serialization=False)
    tagged = nn.Parameter(torch.tensor(CONV_B))
    tagged.note = "kept"
    put("parameter-with-attribute.pth", {**plain, "features.0.bias": tagged}, plain)
    put("parameters.pth", {k: nn.Parameter(v) if v.is_floating_point() else v for k, v in plain.items()}, plain)
    put("lightning.ckpt", {"epoch": 1, "global_step": 9, "pytorch-lightning_version": "2.5", "state_dict": prefixed(plain, "model."),
                           "callbacks": {"ModelCheckpoint{'monitor': None}": {"best": torch.tensor(.3)}}, "lr_schedulers": [],
                           "hyper_parameters": {"lr": .1, "args": argparse.Namespace(a=1)}}, plain, left=["callbacks", "argparse.Namespace"])


def big_endian(value, name):
    """Writes what torch.save writes on a big-endian machine: torch.load swaps the bytes."""
    file = io.BytesIO()
    torch.save(value, file)
    path = os.path.join(OUT, name)
    with zipfile.ZipFile(file) as little, zipfile.ZipFile(path, "w") as big:
        for entry in little.namelist():
            content = little.read(entry)
            if entry.endswith("/byteorder"):
                content = b"big"
            elif "/data/" in entry:
                content = np.frombuffer(content, "<i8" if len(content) == 8 else "<i4").byteswap().tobytes()
            big.writestr(entry, content)
    read = torch.load(path, weights_only=True)
    assert all(torch.equal(read[k], v) for k, v in value.items())
    CASES[name] = {"safe": True, "tensors": sums(value)}


def pieces(state):
    """Writes a state dict in two pieces with an index, as model hubs do."""
    names, files = list(state), ["pieces-00001-of-00002.bin", "pieces-00002-of-00002.bin"]
    for file, part in zip(files, (names[:3], names[3:])):
        torch.save({k: state[k] for k in part}, os.path.join(OUT, file))
    with open(os.path.join(OUT, "pieces.bin.index.json"), "w") as f:
        json.dump({"metadata": {}, "weight_map": {k: files[i >= 3] for i, k in enumerate(names)}}, f, indent=1)
    CASES["pieces.bin.index.json"] = {"safe": False, "tensors": sums(state)}
    CASES[files[0]] = {"safe": True, "refused": ["one part of several", ".index.json"]}


def unreadable_types():
    plain = tiny().state_dict()
    for name, convert, word in (("sparse", lambda v: v.to_sparse(), "sparse values"), ("meta", lambda v: v.to("meta"), "no values"),
                                ("quantized", lambda v: torch.quantize_per_tensor(v, .1, 0, torch.qint8), "quantised integers"),
                                ("float8", lambda v: v.to(torch.float8_e4m3fn), "float8_e4m3fn")):
        put(f"{name}-backbone.pth", {**plain, "features.0.weight": convert(plain["features.0.weight"])},
            refused=["tensor features.0.weight", "floating-point numbers, got " + word])


def names_and_heads():
    plain = tiny().state_dict()
    for prefix in ("model.", "backbone.", "_orig_mod.", "module._orig_mod.", "student.backbone.", "0.", "encoder_q."):
        put(f"prefix-{prefix}pth", prefixed(plain, prefix), plain)
    put("averaged.pth", torch.optim.swa_utils.AveragedModel(tiny()).state_dict(), plain, left=["n_averaged"])
    put("sequential.pth", nn.Sequential(*list(tiny().children())[:-1]).state_dict(), plain)
    put("sequential-inside.pth", Holder(body=nn.Sequential(*list(tiny().children())[:-1]), fc=nn.Linear(4, 3)).state_dict(), plain,
        left=["fc.* (2 tensors)"])
    put("features-alone.pth", tiny().features.state_dict(), plain)
    put("features-alone-inside.pth", Holder(body=tiny().features, fc=nn.Linear(4, 3)).state_dict(), plain, left=["fc.*"])
    net = tiny()
    net.classifier = nn.Linear(64, 43)
    put("head-of-43.pth", net.state_dict(), plain)
    net.classifier = nn.Sequential(nn.Dropout(.3), nn.Linear(64, 43))
    put("head-sequential.pth", net.state_dict(), plain, left=["classifier.*"])
    net.classifier = nn.Sequential(nn.Linear(64, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 5))
    put("head-with-norm.pth", net.state_dict(), plain, left=["classifier.*"])
    net = tiny()
    net.head, net.classifier = nn.Linear(64, 3), nn.Identity()
    put("head-of-other-name.pth", net.state_dict(), plain, left=["head.*"])
    state = tiny().state_dict()
    state["classifier.weight"] = (state["classifier.weight"] * 100).to(torch.int8)
    put("int8-head.pth", state, plain)
    state = tiny().state_dict()
    state["features.0.weight"] = (state["features.0.weight"] * 100).to(torch.int8)
    put("int8-backbone.pth", state, refused=["features.0.weight", "floating-point", "int8"])
    state = tiny().state_dict()
    state["classifier.weight"] = torch.full((43, 64), float("nan"))
    put("nan-head.pth", state, plain)
    state = tiny().state_dict()
    del state["features.1.running_var"]
    put("without-variance.pth", state, refused=["1 problem)", "missing: norm/moving_variance [4]"])
    put("no-tensor.pth", {"epoch": 3}, refused=["dictionary of tensors, got none"])
    put("one-tensor.pth", torch.ones(3), refused=["got none of its names"])
    script = os.path.join(OUT, "script.pth")
    torch.jit.save(torch.jit.script(tiny()), script)
    CASES["script.pth"] = {"safe": False, "refused": ["TorchScript", "state_dict"]}
    put("whole-in-checkpoint.pth", {"model": tiny(), "epoch": 3}, refused=["object of class", "Tiny", "state_dict"])
    for name, how in (("model", {}), ("model-legacy", {"_use_new_zipfile_serialization": False})):
        put(f"whole-{name}.pth", tiny(), refused=["object of class", "Tiny", "state_dict"], **how)


if __name__ == "__main__":
    torch.manual_seed(1)
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    wrong_without_a_word()
    what_the_safe_reader_reads()
    big_endian(tiny().state_dict(), "big-endian.pth")
    pieces(tiny().state_dict())
    unreadable_types()
    names_and_heads()
    with open(os.path.join(OUT, "torch.json"), "w") as f:
        json.dump(CASES, f, indent=1, sort_keys=True)
        f.write("\n")
