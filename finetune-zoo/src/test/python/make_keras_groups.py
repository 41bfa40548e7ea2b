"""Writes ../resources/goldens/keras_groups.json: the group of each layer in Keras 3's .weights.h5, and the number of layers.

Needs Keras 3 with TensorFlow, and h5py (the file was written with Keras 3.15). Run: python3 make_keras_groups.py
Covers the networks whose layers Keras numbers or nests.
"""
import json, os, tempfile
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import h5py
import keras

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "goldens", "keras_groups.json")
NETWORKS = {"inceptionv3": "InceptionV3", "xception": "Xception", "convnexttiny": "ConvNeXtTiny", "efficientnetb0": "EfficientNetB0"}


def groups(model):
    """Returns the layer of each group with tensors. The common parts of the paths of groups are omitted."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "model.weights.h5")
        model.save_weights(file)
        found = {}
        with h5py.File(file) as h5:
            h5.visititems(lambda path, o: found.update({path[:-5].replace("layers/", ""): o.attrs["name"]})
                          if path.endswith("/vars") and len(o) > 0 else None)
        return found


if __name__ == "__main__":
    result = {}
    for name, function in NETWORKS.items():
        keras.backend.clear_session()
        model = getattr(keras.applications, function)(weights=None, include_top=False, input_shape=(96, 96, 3))
        result[name] = {"layers": len(model.layers), "groups": groups(model)}
    with open(OUT, "w") as out:
        json.dump(result, out, indent=0, sort_keys=True)
        out.write("\n")
