"""Writes ../resources/goldens/zoo.json: logits of every network of the zoo on weights that both sides can generate.

Needs Keras 3 with TensorFlow, PyTorch and torchvision (the file was written with 3.15, 2.21, 2.13, 0.28).
Run: python3 make_zoo_goldens.py

- "TORCHVISION": torchvision's own networks.
- "KERAS", "KERAS_SCRATCH": keras.applications' own networks, as built for published weights and with weights=None.
  keras-squeezenet is not part of Keras; it is written here with Keras' layers.
- timm's networks are torchvision's with other names (and MobileNetV3 with another epsilon); parity.py covers them.

The values of a tensor come from SplitMix64 seeded with the CRC-32 of its name: see values().
With "--only NAME..." it computes these networks again and keeps the rest of the file.
With a folder as argument, the script instead writes a weight file of every network there in the publisher's format: Keras' as
NAME.h5, torchvision's as NAME.pth. They are for the benchmark ZooLoad.

The image is sin(0.37 (i + 1)) * scale, where i counts channel, row, column. Logits are in float64. "float32" is the error of
the same network in the same framework in float32, the largest of RUNS slightly different images: the effect of rounding on
the network. Errors are measured as in ZooGoldensTest.
"""
import json, math, os, sys, zlib
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # with it TensorFlow 2.21 divides by zero in ResNet50 at 65 x 65
import numpy as np
import torch
import torchvision.models as tv

RUNS = 4
# MobileNetV3 amplifies rounding several times more for images with larger values.
SCALES = {"mobilenetv3": 0.03}

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "zoo.json")
torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)


def uniform(name, count):
    """Returns count numbers in [0, 1) from SplitMix64."""
    with np.errstate(over="ignore"):
        z = np.uint64(zlib.crc32(name.encode())) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def values(name, role, shape, fan):
    """Returns values that keep the size of activations: He uniform kernels, scales and variances around 1, the rest around 0."""
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
    """Removes the pooling to 7 x 7, so that the classifier reads 2 x 2 positions of a 64 x 64 image."""
    model.avgpool = torch.nn.Identity()
    model.classifier[0] = torch.nn.Linear(512 * 2 * 2, 4096)
    return model


def torchvision_values(model):
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
    return model.eval()


def torchvision_logits(model, size):
    return torchvision_values(model)(image(size, size, 1.0))[0]


def torchvision_runs(model, size, scale):
    """Returns the logits of RUNS images in float64 and in float32."""
    torchvision_values(model)
    x = images(size, scale)
    exact = model(torch.tensor(x)).numpy()
    return exact, model.float()(torch.tensor(x.astype(np.float32))).numpy()


TORCHVISION = {
    "vgg16": (lambda: small_vgg(tv.vgg16()), 64), "vgg19": (lambda: small_vgg(tv.vgg19()), 64), "resnet18": (tv.resnet18, 65), "resnet34": (tv.resnet34, 64),
    "resnet50": (tv.resnet50, 65), "mobilenetv2": (tv.mobilenet_v2, 70), "mobilenetv2-0.35": (lambda: tv.mobilenet_v2(width_mult=0.35), 70),
    "mobilenetv2-1.4": (lambda: tv.mobilenet_v2(width_mult=1.4), 64), "mobilenetv3": (tv.mobilenet_v3_large, 65),
    "densenet121": (tv.densenet121, 64), "inceptionv3": (lambda: tv.inception_v3(init_weights=False, transform_input=False), 96),
    "efficientnetb0": (tv.efficientnet_b0, 70), "efficientnetb1": (tv.efficientnet_b1, 65), "efficientnetb2": (tv.efficientnet_b2, 64),
    "efficientnetb3": (tv.efficientnet_b3, 64), "squeezenet": (tv.squeezenet1_1, 70), "squeezenet1_0": (tv.squeezenet1_0, 72),
    "convnexttiny": (tv.convnext_tiny, 64),
}




# ---------------------------------------------------------------- Keras

KERAS = {
    "vgg16": ("VGG16", 64, 1.0), "vgg19": ("VGG19", 64, 1.0), "resnet50": ("ResNet50", 65, 1.0), "resnet50v2": ("ResNet50V2", 65, 1.0),
    "mobilenet": ("MobileNet", 65, 1.0), "mobilenetv2": ("MobileNetV2", 70, 1.0), "densenet121": ("DenseNet121", 64, 1.0),
    "inceptionv3": ("InceptionV3", 96, 1.0), "xception": ("Xception", 72, 1.0), "efficientnetb0": ("EfficientNetB0", 70, 100.0),
    "efficientnetb1": ("EfficientNetB1", 65, 100.0), "efficientnetb2": ("EfficientNetB2", 64, 100.0),
    "mobilenet-0.25": (("MobileNet", 0.25), 65, 1.0), "mobilenetv2-0.35": (("MobileNetV2", 0.35), 70, 1.0),
    "mobilenetv2-1.4": (("MobileNetV2", 1.4), 64, 1.0),
    "efficientnetb3": ("EfficientNetB3", 64, 100.0), "convnexttiny": ("ConvNeXtTiny", 64, 100.0), "squeezenet": (None, 64, 1.0),
}


def squeezenet(size):
    from keras import Input, Model, layers
    x = i = Input((size, size, 3))
    x = layers.Conv2D(64, 3, 2, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(3, 2)(x)
    for fire, s in enumerate([16, 16, 32, 32, 48, 48, 64, 64], 2):
        x = layers.Conv2D(s, 1, activation="relu", name=f"fire{fire}_squeeze1x1")(x)
        x = layers.Concatenate()([layers.Conv2D(4 * s, k, padding="same", activation="relu", name=f"fire{fire}_expand{k}x{k}")(x) for k in (1, 3)])
        if fire in (3, 5):
            x = layers.MaxPooling2D(3, 2)(x)
    x = layers.Conv2D(1000, 1, activation="relu", name="conv10")(x)
    return Model(i, layers.GlobalAveragePooling2D()(x))


def keras_network(function, size, dialect):
    """Returns a network that ends in logits."""
    import keras
    keras.backend.clear_session()
    if function is None:
        return squeezenet(size)
    shape = (size, size, 3)
    if isinstance(function, tuple):
        function, alpha = function
        return getattr(keras.applications, function)(weights=None, input_shape=shape, classifier_activation=None, alpha=alpha)
    make = getattr(keras.applications, function)
    if dialect == "KERAS_SCRATCH" or not function.startswith("EfficientNet"):
        return make(weights=None, input_shape=shape, classifier_activation=None)
    # The network that Keras builds for published weights; the downloaded file is replaced by one with random weights.
    file = OUT + ".weights.h5"
    make(weights=None, include_top=False, input_shape=shape).save_weights(file)
    keras.backend.clear_session()  # restarts the numbering of names
    utils = keras.src.applications.efficientnet.file_utils
    get_file, utils.get_file = utils.get_file, lambda *a, **k: file
    try:
        base = make(weights="imagenet", include_top=False, input_shape=shape, pooling="avg")
    finally:
        utils.get_file = get_file
        os.remove(file)
    return keras.Model(base.input, keras.layers.Dense(1000, name="predictions")(base.output))


def layers_of(model):
    for layer in model.layers:
        yield from layers_of(layer) if hasattr(layer, "layers") else [layer]


def keras_values(model):
    """Sets the values of all tensors, by their names in Keras' published files."""
    for layer in layers_of(model):
        kind = type(layer).__name__
        for v in layer.variables:
            word = v.path.split("/")[-1].rstrip("0123456789").rstrip("_")
            word = {"DepthwiseConv2D": "depthwise_kernel", "LayerScale": "gamma"}.get(kind, word)
            if word in ("count", "seed_generator_state"):
                continue
            shape = tuple(v.shape)
            role = "kernel" if word.endswith("kernel") else "variance" if word.endswith("variance") else word if word == "gamma" else "zero"
            fan = np.prod(shape[:2]) if word == "depthwise_kernel" else np.prod(shape[:-1])
            name = layer.name.replace("_squeeze", "/squeeze").replace("_expand", "/expand") if layer.name.startswith("fire") else layer.name
            v.assign(values(name + "/" + word, role, shape, fan).numpy())
        if kind == "Normalization" and layer.variables:
            layer.finalize_state()  # as loading a file does; otherwise the layer keeps using its initial values
    return model


def keras_runs(function, size, scale, dialect):
    import keras
    x, results = images(size, scale).transpose(0, 2, 3, 1), []
    for kind in ("float64", "float32"):
        keras.config.set_floatx(kind)
        results.append(np.asarray(keras_values(keras_network(function, size, dialect))(x.astype(kind), training=False)))
        assert results[-1].dtype == kind
    return results


# ---------------------------------------------------------------- goldens

def images(size, scale):
    """Returns RUNS images as float64 with values that float32 can represent: the image and slightly brighter copies."""
    x = image(size, size, scale).numpy()
    return np.concatenate([(x * (1 + k * 2.0**-16)).astype(np.float32).astype(np.float64) for k in range(RUNS)])


def error(got, right):
    """Returns the error as ZooGoldensTest measures it."""
    norm = np.linalg.norm(right)
    projection = abs(((got - right) * np.sin(np.arange(1000) * 0.7 + 0.3)).sum()) / norm
    return max(projection, np.abs(got - right)[:12].max() / (norm / math.sqrt(1000)))


def teachable_machine(classes):
    """Returns the network of an image project of Teachable Machine."""
    import keras
    from keras import layers
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(224, 224, 3), alpha=0.35)
    features = keras.Sequential([keras.Model(base.input, base.output, name="model1"), layers.GlobalAveragePooling2D()], name="sequential_1")
    head = keras.Sequential([layers.Input((1280,)), layers.Dense(100, activation="relu", name="dense_Dense1"),
                             layers.Dense(classes, use_bias=False, name="dense_Dense2")], name="sequential_3")
    return keras.Sequential([layers.Input((224, 224, 3)), features, head], name="sequential_4")


def write_teachable_machine():
    """Writes the logits of the network of Teachable Machine, for an image whose preprocessed values are image(224, 224, 1)."""
    import keras
    keras.backend.clear_session()
    keras.config.set_floatx("float64")
    logits = np.asarray(keras_values(teachable_machine(3))(image(224, 224, 1.0).numpy().transpose(0, 2, 3, 1), training=False))[0]
    with open(OUT.replace("zoo.json", "teachable_machine.json"), "w") as out:
        json.dump({"logits": [float(v) for v in logits]}, out)
        out.write("\n")


def main(only=()):
    cases = []

    def add(name, dialect, size, scale, exact, rounded):
        logits, rounding = exact[0], max(error(r.astype(np.float64), e) for r, e in zip(rounded, exact))
        assert np.isfinite(logits).all() and logits.std() > 1e-3, (name, logits.std())
        # A few logits and a weighted sum of all: every logit is checked, and the file stays small.
        weights = np.sin(np.arange(1000) * 0.7 + 0.3)
        cases.append({"name": name, "dialect": dialect, "size": size, "scale": scale, "float32": float(f"{rounding:.1e}"),
                      "norm": float(np.linalg.norm(logits)), "projection": float((logits * weights).sum()),
                      "logits": [float(v) for v in logits[:12]]})
        print(name, dialect, "std", round(float(logits.std()), 4), "float32", f"{rounding:.1e}", file=sys.stderr, flush=True)

    for name, (function, size) in TORCHVISION.items():
        if only and name not in only:
            continue
        scale = SCALES.get(name, 1.0)
        add(name, "TORCHVISION", size, scale, *torchvision_runs(function(), size, scale))
    for name, (function, size, scale) in KERAS.items():
        if only and name not in only:
            continue
        for dialect in ["KERAS"] + (["KERAS_SCRATCH"] if name.startswith("efficientnet") else []):
            add(name, dialect, size, scale, *keras_runs(function, size, scale, dialect))
    if only:
        with open(OUT) as old:
            cases = [case for case in json.load(old) if case["name"] not in only] + cases
    if not only or "teachable_machine" in only:
        write_teachable_machine()
    with open(OUT, "w") as out:
        json.dump(cases, out, indent=0)
        out.write("\n")


def write_files(folder):
    os.makedirs(folder, exist_ok=True)
    sizes = {"inceptionv3": 299, "xception": 299, "efficientnetb1": 240, "efficientnetb2": 260, "efficientnetb3": 300}
    for name, (function, _, _) in KERAS.items():
        if isinstance(function, tuple):
            continue
        keras_values(keras_network(function, sizes.get(name, 224), "KERAS")).save(os.path.join(folder, name + ".h5"))
        print(name, file=sys.stderr)
    for name, (function, _) in {**TORCHVISION, "vgg16": (tv.vgg16, 0), "vgg19": (tv.vgg19, 0)}.items():
        torch.save(function().float().state_dict(), os.path.join(folder, name + ".pth"))
        print(name, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        main(sys.argv[2:])
    elif len(sys.argv) > 1:
        write_files(sys.argv[1])
    else:
        main()
