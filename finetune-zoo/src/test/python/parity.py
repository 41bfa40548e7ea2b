"""Saves weight files of every network of the zoo with the frameworks themselves, and writes the outputs of the frameworks.

Needs Keras 3 with TensorFlow, PyTorch, torchvision, timm, safetensors and h5py (tested with Keras 3.15, PyTorch 2.13,
torchvision 0.28, timm 1.0.29). Run: python3 parity.py FOLDER [WORD...]. With words, only cases whose name contains one of
them are written. All cases take about 9 GB; nothing is downloaded.

Weights and statistics are random, the image is fixed: see image(). Without a classifier, the mean of each feature map is
compared. ParityTest reads the folder: mvn test -Dtest=ParityTest -Dfinetune.parity=FOLDER
"""
import json, os, sys, zlib
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # with it TensorFlow 2.21 divides by zero in ResNet50 at 65 x 65
import numpy as np

OUT, WORDS = sys.argv[1], sys.argv[2:]
CASES = []


def image(size):
    """Returns the image, (3, size, size), with integer values from 0 to 255."""
    i = np.arange(3 * size * size, dtype=np.int64)
    return ((37 * i + 11 * (i * i % 97)) % 256).astype(np.float32).reshape(3, size, size)


def random(name, last, shape, fan):
    """Returns values that keep the size of activations: He uniform kernels, scales and running variances around 1, means and
    variances of image normalisation as of images, the rest around 0."""
    r = np.random.default_rng(zlib.crc32(name.encode()))
    if last in ("kernel", "depthwise_kernel", "pointwise_kernel"):
        v = r.uniform(-1, 1, shape) * np.sqrt(6.0 / fan)
    elif last in ("gamma", "moving_variance", "running_var", "variable", "layer_scale"):
        v = r.uniform(0.5, 1.5, shape)
    elif last == "variance":
        v = r.uniform(0.05, 0.3, shape)
    elif last == "mean":
        v = r.uniform(0.3, 0.6, shape)
    else:
        v = r.uniform(-0.2, 0.2, shape)
    return v.astype(np.float32)


def shaken(x):
    """Returns images that differ from x so little that only float32 rounding changes."""
    return [(x * np.float32(1 + k * 2.0**-22)).astype(np.float32) for k in (1, 2, 3)]


def add(network, framework, variant, top, size, file, values, again):
    """Adds a case. again holds the outputs for the shaken images; their largest difference is the framework's own rounding error."""
    values = np.asarray(values, dtype=np.float64).reshape(-1)
    rms = float(np.sqrt((values**2).mean()))
    rounding = max(float(np.abs(np.asarray(v, dtype=np.float64).reshape(-1) - values).max()) for v in again) / rms
    assert np.isfinite(values).all() and values.std() > 0, (network, framework, variant)
    CASES.append({"network": network, "framework": framework, "variant": variant, "top": top, "size": size,
                  "file": file, "rounding": rounding, "values": [float(v) for v in values]})
    with open(os.path.join(OUT, "cases.json"), "w") as out:
        json.dump(CASES, out)
    print(network, framework, variant, "top" if top else "no top", file, f"rms {rms:.3g} rounding {rounding:.1e}", flush=True)


def require_sensitive(network, values, other):
    """Checks that the output depends on the image, else it could not reveal a wrong layer: the flipped image must differ."""
    change = np.abs(values - other).max() / np.sqrt((values.astype(np.float64) ** 2).mean())
    assert change > 0.01, (network, "changes by", change)


def wanted(*words):
    text = " ".join(str(w) for w in words)
    return not WORDS or any(w in text for w in WORDS)


# ---------------------------------------------------------------- Keras

KERAS = {
    "vgg16": ("vgg16", "VGG16", 64), "vgg19": ("vgg19", "VGG19", 64), "resnet50": ("resnet50", "ResNet50", 65),
    "resnet50v2": ("resnet_v2", "ResNet50V2", 65), "mobilenet": ("mobilenet", "MobileNet", 65),
    "mobilenetv2": ("mobilenet_v2", "MobileNetV2", 70), "densenet121": ("densenet", "DenseNet121", 64),
    "inceptionv3": ("inception_v3", "InceptionV3", 96), "xception": ("xception", "Xception", 80),
    "efficientnetb0": ("efficientnet", "EfficientNetB0", 70), "efficientnetb1": ("efficientnet", "EfficientNetB1", 65),
    "efficientnetb2": ("efficientnet", "EfficientNetB2", 64), "efficientnetb3": ("efficientnet", "EfficientNetB3", 64),
    "convnexttiny": ("convnext", "ConvNeXtTiny", 64),
}
# Networks with numbered names, nested layers or layers without weights; they are saved in more variants.
MORE = ("convnexttiny", "inceptionv3", "efficientnetb0", "xception", "resnet50v2")


def keras_random(model):
    for v in model.variables:
        last = v.path.split("/")[-1].rstrip("0123456789").rstrip("_")
        shape = tuple(v.shape)
        if last in ("count", "seed_generator_state") or "seed" in v.path:
            continue
        depthwise = last == "depthwise_kernel" or len(shape) == 4 and shape[-1] == 1
        fan = np.prod(shape[:2] if depthwise else shape[:-1])
        name = v.path.replace(model.name, "")
        v.assign(random(name, last, shape, fan))
    for layer in model.layers:
        if type(layer).__name__ == "Normalization" and layer.variables:
            layer.finalize_state()  # as loading a file does; otherwise the layer keeps using its initial values


def keras_all():
    import keras
    for network, (module, function, size) in KERAS.items():
        module = getattr(keras.applications, module)
        make = getattr(module, function)
        shape = (size, size, 3)
        x = module.preprocess_input(image(size).transpose(1, 2, 0)[None].copy())

        def save(model, base, variant, top, formats=(".h5", ".weights.h5", ".keras")):
            runs = [np.asarray(base(i, training=False)) for i in (x, x[:, ::-1], *shaken(x))]
            y, other, *again = [v.mean(axis=(1, 2), dtype=np.float64) if v.ndim == 4 else v for v in runs]
            require_sensitive(network, y, other)
            for suffix in formats:
                file = "_".join(["keras", network, variant.replace(" ", "-"), "top" if top else "notop"]) + suffix
                path = os.path.join(OUT, file)
                model.save_weights(path) if suffix == ".weights.h5" else model.save(path)
                add(network, "keras", variant, top, size, file, y, again)

        for top in (True, False):
            if wanted(network, "keras", "plain"):
                keras.backend.clear_session()
                model = make(weights=None, include_top=top, input_shape=shape, **({"classifier_activation": None} if top else {}))
                keras_random(model)
                save(model, model, "plain", top)
        for variant, arguments in (("max pooling", {"pooling": "max"}),):
            if network in MORE and wanted(network, "keras", variant):
                keras.backend.clear_session()
                model = make(weights=None, include_top=False, input_shape=shape, **arguments)
                keras_random(model)
                save(model, model, variant, False)
        if network in MORE and wanted(network, "keras", "second in a process"):
            keras.backend.clear_session()
            for _ in range(2):
                model = make(weights=None, include_top=False, input_shape=shape)
            keras_random(model)
            save(model, model, "second", False)
        if network in MORE and wanted(network, "keras", "nested"):
            keras.backend.clear_session()
            base = make(weights=None, include_top=False, input_shape=shape, pooling="avg")
            keras_random(base)
            layers = [keras.Input(shape), keras.layers.RandomFlip("horizontal"), base, keras.layers.Dropout(0.2), keras.layers.Dense(3)]
            whole = keras.Sequential(layers)
            whole.compile("adam", "mse")
            whole.fit(np.zeros((1,) + shape, "float32"), np.zeros((1, 3)), epochs=1, verbose=0)  # adds the state of an optimizer to the file
            keras_random(base)
            save(whole, base, "nested", False)
        if network.startswith("efficientnet") and wanted(network, "keras", "imagenet"):
            # The network that keras.applications builds for published weights; the downloaded file is replaced by this one.
            keras.backend.clear_session()
            published = make(weights=None, include_top=False, input_shape=shape)
            keras_random(published)
            file = os.path.join(OUT, "published.weights.h5")
            published.save_weights(file)
            utils = keras.src.applications.efficientnet.file_utils
            get_file, utils.get_file = utils.get_file, lambda *a, **k: file
            try:
                model = make(weights="imagenet", include_top=False, input_shape=shape)
            finally:
                utils.get_file = get_file
                os.remove(file)
            save(model, model, "imagenet", False)


# ---------------------------------------------------------------- PyTorch

def torch_random(model):
    import torch
    state = model.state_dict()
    for name, t in state.items():
        last = name.split(".")[-1]
        if last == "num_batches_tracked":
            continue
        if last == "weight":
            last = "kernel" if t.dim() > 1 else "gamma"
        fan = int(np.prod(t.shape[1:])) if t.dim() > 1 else 1
        state[name] = torch.tensor(random(name, last, tuple(t.shape), fan))
    model.load_state_dict(state)
    return model.eval()


def torch_values(name, model, features, size, mean, std):
    """Returns the logits and the means of the feature maps, each for the image and the shaken images."""
    import torch
    x = torch.tensor(image(size))[None] / 255
    x = (x - torch.tensor(mean).reshape(1, 3, 1, 1)) / torch.tensor(std).reshape(1, 3, 1, 1)
    with torch.no_grad():
        require_sensitive(name, model(x).numpy(), model(x.flip(2)).numpy())
        runs = []
        for i in (x, *(torch.tensor(v) for v in shaken(x.numpy()))):
            f = features(i)
            runs.append((model(i).numpy(), (f.mean(dim=(2, 3)) if f.dim() == 4 else f).numpy()))
        return [[run[part] for run in runs] for part in (0, 1)]


TORCHVISION = {
    "vgg16": ("vgg16", 224), "vgg19": ("vgg19", 224), "resnet18": ("resnet18", 65), "resnet34": ("resnet34", 64), "resnet50": ("resnet50", 65),
    "mobilenetv2": ("mobilenet_v2", 70), "mobilenetv3": ("mobilenet_v3_large", 65), "densenet121": ("densenet121", 64),
    "inceptionv3": ("inception_v3", 96), "efficientnetb0": ("efficientnet_b0", 70), "efficientnetb1": ("efficientnet_b1", 65),
    "efficientnetb2": ("efficientnet_b2", 64), "efficientnetb3": ("efficientnet_b3", 64), "squeezenet": ("squeezenet1_1", 70),
    "squeezenet1_0": ("squeezenet1_0", 72), "convnexttiny": ("convnext_tiny", 64),
}


def torchvision_all():
    import torch
    import torchvision.models as tv
    for network, (name, size) in TORCHVISION.items():
        if not wanted(network, "torchvision"):
            continue
        t = tv.get_model_weights(name).DEFAULT.transforms()
        # Built as for published weights, which convert torchvision's preprocessing to TensorFlow's.
        model = torch_random(tv.get_model(name, weights=None, **({"transform_input": True, "init_weights": False} if name == "inception_v3" else {})))
        seen = {}
        last = {"resnet": "layer4", "inception": "Mixed_7c"}.get(name.split("_")[0].rstrip("0123456789"), "features")
        getattr(model, last).register_forward_hook(lambda m, i, o: seen.update(y=o))

        def features(x):
            model(x)
            return torch.relu(seen["y"]) if name.startswith("densenet") else seen["y"]

        logits, f = torch_values(network, model, features, size, t.mean, t.std)
        for variant, zipped in (("zip", True), ("legacy", False)):
            file = f"torchvision_{network}_{variant}.pth"
            torch.save(model.state_dict(), os.path.join(OUT, file), _use_new_zipfile_serialization=zipped)
            add(network, "torchvision", variant, True, size, file, logits[0], logits[1:])
            if network != "convnexttiny":  # here the features include the last normalisation
                add(network, "torchvision", variant, False, size, file, f[0], f[1:])


TIMM = {
    "vgg16": ("vgg16", 224), "vgg19": ("vgg19", 224), "resnet18": ("resnet18", 65), "resnet34": ("resnet34", 64), "resnet50": ("resnet50", 65),
    "mobilenetv2": ("mobilenetv2_100", 70), "mobilenetv3": ("mobilenetv3_large_100", 65), "densenet121": ("densenet121", 64),
    "inceptionv3": ("inception_v3", 96), "efficientnetb0": ("efficientnet_b0", 70), "efficientnetb1": ("efficientnet_b1", 65),
    "efficientnetb2": ("efficientnet_b2", 64), "efficientnetb3": ("efficientnet_b3", 64), "convnexttiny": ("convnext_tiny", 64),
}
# Weights with another preprocessing than the network's default; it is in the config.json of a hub.
TAGS = {"resnet34": ["ra4_e3600_r224_in1k"], "mobilenetv3": ["miil_in21k_ft_in1k"], "efficientnetb0": ["ra4_e3600_r224_in1k"],
        "efficientnetb1": ["ft_in1k"], "inceptionv3": ["gluon_in1k"]}


def timm_all():
    import safetensors.torch
    import timm
    import torch
    from timm.models import save_for_hf
    for network, (name, size) in TIMM.items():
        if not wanted(network, "timm"):
            continue
        for tag in [None] + TAGS.get(network, []):
            full = name if tag is None else f"{name}.{tag}"
            model = torch_random(timm.create_model(full, pretrained=False))
            cfg = model.pretrained_cfg
            logits, f = torch_values(network, model, model.forward_features, size, cfg["mean"], cfg["std"])

            def both(variant, file):
                add(network, "timm", variant, True, size, file, logits[0], logits[1:])
                if network not in ("convnexttiny", "mobilenetv3", "vgg16", "vgg19"):  # timm's features end elsewhere
                    add(network, "timm", variant, False, size, file, f[0], f[1:])

            folder = f"timm_{network}_{tag or 'usual'}"
            save_for_hf(model, os.path.join(OUT, folder), safe_serialization=True)
            both("hub " + cfg["tag"], folder + "/model.safetensors")
            if tag is None:
                file = f"timm_{network}"
                safetensors.torch.save_file(model.state_dict(), os.path.join(OUT, file + ".safetensors"))
                both("alone", file + ".safetensors")
                torch.save(model.state_dict(), os.path.join(OUT, file + ".pth"))
                both("alone", file + ".pth")


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    for part in (torchvision_all, timm_all, keras_all):
        if not WORDS or part.__name__.split("_")[0] in WORDS or not {"keras", "torchvision", "timm"} & set(WORDS):
            part()
