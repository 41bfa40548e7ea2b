package dev.finetune.zoo.architecture;

import com.google.common.collect.ImmutableMap;
import dev.finetune.graph.Activation;
import dev.finetune.graph.Layer;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Padding;
import dev.finetune.graph.Shape;
import dev.finetune.zoo.download.WeightFile;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * VGG16 (K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", ICLR 2015), with Keras' layer names.
 */
public final class Vgg16 implements Architecture {

  private static final int[] BLOCKS = {2, 2, 3, 3, 3};
  private static final int[] FILTERS = {64, 128, 256, 512, 512};

  private static final String SOURCE =
      "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/";

  @Override
  public String name() {
    return "vgg16";
  }

  @Override
  public int defaultSize() {
    return 224;
  }

  @Override
  public LayerGraph graph(int size, Top top) {
    LayerGraph.Builder graph = LayerGraph.builder();
    graph.add("input_1", new Layer.Input(Shape.image(3, size, size)));
    for (int block = 0; block < BLOCKS.length; block++) {
      String prefix = "block" + (block + 1) + "_";
      for (int i = 1; i <= BLOCKS[block]; i++) {
        graph.then(
            prefix + "conv" + i,
            new Layer.Conv2d(FILTERS[block], 3, 1, Padding.SAME, true, Activation.RELU));
      }
      graph.then(prefix + "pool", new Layer.MaxPool(2, 2, Padding.VALID));
    }
    if (top != Top.NONE) {
      graph.then("flatten", new Layer.Flatten());
      graph.then("fc1", new Layer.Dense(4096, Activation.RELU));
      graph.then("fc2", new Layer.Dense(4096, Activation.RELU));
      graph.then(
          "predictions",
          new Layer.Dense(1000, top == Top.SOFTMAX ? Activation.SOFTMAX : Activation.LINEAR));
    }
    return graph.build();
  }

  @Override
  public Map<String, String> torchNames() {
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    int index = 0;
    for (int block = 0; block < BLOCKS.length; block++) {
      for (int i = 1; i <= BLOCKS[block]; i++) {
        names.put("features." + index, "block" + (block + 1) + "_conv" + i);
        index += 2; // torchvision counts the ReLU behind each convolution
      }
      index++; // and the pooling
    }
    return names
        .put("classifier.0", "fc1")
        .put("classifier.3", "fc2")
        .put("classifier.6", "predictions")
        .buildOrThrow();
  }

  /** Files and MD5 sums as Keras publishes them in {@code vgg16.py}. */
  @Override
  public Optional<WeightFile> kerasWeights(boolean withTop) {
    String name = "vgg16_weights_tf_dim_ordering_tf_kernels" + (withTop ? ".h5" : "_notop.h5");
    return Optional.of(
        WeightFile.md5(
            name,
            URI.create(SOURCE + name),
            withTop ? "64373286793e3c8b2b4e3219cbf3544b" : "6d6bbae143d832006294945121d1f1fc"));
  }
}
