"""Shows that five steps of Adam do not measure the accuracy of an engine: compares Keras in float32 with Keras in float64.

VGG16 at 64 x 64, the last 8 layers trainable, a head of 128 and 43 units, Adam 1e-4, one batch. Prints, for each seed of weights and images, the
largest relative difference of the changes that five steps make to any kernel, and of the gradient of the first step. A ReLU unit or a maximum
that rounding moves to the other side changes the gradient by 1e-3, and Adam's first steps are the signs of gradients.

Needs Keras and TensorFlow. Run: python3 adam_steps.py [SEEDS]
"""
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import keras
import tensorflow as tf

BATCH, STEPS = 8, 5


def model(dtype):
    keras.backend.clear_session()
    keras.config.set_floatx(dtype)
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    for layer in base.layers[:-8]:
        layer.trainable = False
    x = keras.layers.Flatten()(base.output)
    x = keras.layers.Dense(128, activation="relu")(x)
    return keras.Model(base.input, keras.layers.Dense(43)(x))


def run(dtype, seed):
    random = np.random.default_rng(seed)
    network = model(dtype)
    for weight in network.weights:
        fan = np.prod(weight.shape[:-1])
        value = random.uniform(-1, 1, weight.shape) * np.sqrt(6 / fan) if len(weight.shape) > 1 else random.uniform(-0.2, 0.2, weight.shape)
        weight.assign(value.astype(np.float32).astype(dtype))
    images = random.uniform(-1, 1, (BATCH, 64, 64, 3)).astype(np.float32).astype(dtype)
    labels = random.integers(0, 43, BATCH)
    start = [v.numpy().astype(np.float64) for v in network.trainable_variables]
    adam = keras.optimizers.Adam(1e-4)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            value = loss(labels, network(images, training=True))
        gradients = tape.gradient(value, network.trainable_variables)
        if step == 0:
            first = [g.numpy().astype(np.float64) for g in gradients]
        adam.apply_gradients(zip(gradients, network.trainable_variables))
    return first, [v.numpy().astype(np.float64) - s for v, s in zip(network.trainable_variables, start)]


def worst(a, b):
    return max(np.linalg.norm(x - y) / np.linalg.norm(x) for x, y in zip(a, b) if x.ndim > 1)


for seed in range(1, int(sys.argv[1]) + 1 if len(sys.argv) > 1 else 6):
    exact, single = run("float64", seed), run("float32", seed)
    print(f"seed {seed}: gradient of the first step {worst(exact[0], single[0]):.1e}, change by {STEPS} steps {worst(exact[1], single[1]):.1e}", flush=True)
