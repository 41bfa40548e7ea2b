package dev.finetune.head;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activate;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.Dropout;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.GlobalMaxPool;
import dev.finetune.graph.layer.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The layers of the head, for static import: {@code head(dense(128), dropout(0.6))}. */
public final class HeadLayers {

  private HeadLayers() {}

  /**
   * {@return the notation of a head, such as {@code dense:128,dropout:0.6}}
   *
   * @param head the layers of the head, in order
   */
  public static String notation(List<HeadLayer> head) {
    return head.stream().map(HeadLayer::notation).collect(Collectors.joining(","));
  }

  /**
   * {@return a fully connected layer with ReLU}
   *
   * @param units the number of outputs, at least 1
   * @throws IllegalArgumentException if {@code units} is less than 1
   */
  public static HeadLayer dense(int units) {
    return dense(units, Activation.RELU);
  }

  /**
   * {@return a fully connected layer}
   *
   * @param units the number of outputs, at least 1
   * @param activation applied to the outputs
   * @throws IllegalArgumentException if {@code units} is less than 1
   */
  public static HeadLayer dense(int units, Activation activation) {
    String suffix = activation == Activation.RELU ? "" : ":" + lower(activation);
    return new Simple("dense", "dense:" + units + suffix, new Dense(units, activation), true);
  }

  /**
   * {@return a dropout layer}
   *
   * @param rate the fraction of values to drop, in [0, 1), as in Keras and PyTorch
   * @throws IllegalArgumentException if {@code rate} is outside its range
   */
  public static HeadLayer dropout(double rate) {
    return new Simple("dropout", "dropout:" + rate, new Dropout(rate), false);
  }

  /** {@return a batch normalisation layer with Keras' defaults: epsilon 1e-3, momentum 0.99} */
  public static HeadLayer batchNorm() {
    return new Simple("batch_norm", "batchnorm", new BatchNorm(1e-3, 0.99), false);
  }

  /**
   * {@return a layer that averages each feature map} The head is far smaller than after flattening.
   */
  public static HeadLayer globalAveragePooling() {
    return new Simple("global_average_pooling", "gap", new GlobalAveragePool(), false);
  }

  /** {@return a layer that takes the maximum of each feature map} */
  public static HeadLayer globalMaxPooling() {
    return new Simple("global_max_pooling", "gmp", new GlobalMaxPool(), false);
  }

  /**
   * {@return a layer with the average and the maximum of each feature map} It has two values per
   * feature map: the average says how much of a feature an image has, and the maximum whether it
   * has it anywhere. As the pooling of fastai's heads.
   */
  public static HeadLayer averageMaxPooling() {
    return new AverageMaxPooling();
  }

  /**
   * {@return a separate activation layer}
   *
   * @param activation the function to apply
   */
  public static HeadLayer activation(Activation activation) {
    return new Simple(
        "activation", "activation:" + lower(activation), new Activate(activation), false);
  }

  /**
   * Parses the notation of the command line, such as {@code dense:128,dropout:0.6}. The layers are
   * {@code dense:UNITS}, {@code dense:UNITS:ACTIVATION}, {@code dropout:RATE}, {@code batchnorm},
   * {@code gap}, {@code gmp}, {@code avgmax} and {@code activation:NAME}.
   *
   * @param notation the layers, separated by commas; may be empty
   * @return the layers, in order
   * @throws IllegalArgumentException if a layer is unknown or has an invalid argument
   */
  public static List<HeadLayer> parse(String notation) {
    return Splitter.on(',')
        .trimResults()
        .omitEmptyStrings()
        .splitToStream(notation)
        .map(HeadLayers::parseOne)
        .toList();
  }

  private static HeadLayer parseOne(String text) {
    List<String> parts = Splitter.on(':').splitToList(text);
    try {
      String kind = parts.get(0);
      if (kind.equals("dense") && parts.size() == 2) {
        return dense(Integer.parseInt(parts.get(1)));
      } else if (kind.equals("dense") && parts.size() == 3) {
        return dense(Integer.parseInt(parts.get(1)), activationOf(parts.get(2)));
      } else if (kind.equals("dropout") && parts.size() == 2) {
        return dropout(Double.parseDouble(parts.get(1)));
      } else if (kind.equals("activation") && parts.size() == 2) {
        return activation(activationOf(parts.get(1)));
      } else if (text.equals("batchnorm")) {
        return batchNorm();
      } else if (text.equals("gap")) {
        return globalAveragePooling();
      } else if (text.equals("gmp")) {
        return globalMaxPooling();
      } else if (text.equals("avgmax")) {
        return averageMaxPooling();
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The argument of a head layer must be a number, got \"" + text + "\"", e);
    }
    throw new IllegalArgumentException(
        "A head layer must be dense:UNITS[:ACTIVATION], dropout:RATE, batchnorm, gap,"
            + " gmp, avgmax or activation:NAME, got \""
            + text
            + "\"");
  }

  private static Activation activationOf(String name) {
    for (Activation activation : Activation.values()) {
      if (lower(activation).equals(name)) {
        return activation;
      }
    }
    throw new IllegalArgumentException(
        "activation must be one of "
            + Arrays.stream(Activation.values()).map(HeadLayers::lower).toList()
            + ", got "
            + name);
  }

  private static String lower(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }

  private record Simple(String name, String notation, Layer layer, boolean needsVector)
      implements HeadLayer {
    Simple {
      checkArgument(!name.isEmpty(), "name must not be empty");
    }

    @Override
    public void appendTo(LayerGraph.Builder graph) {
      if (needsVector) {
        HeadGraph.flatten(graph);
      }
      graph.then(HeadGraph.uniqueName(graph, name), layer);
    }

    @Override
    public String toString() {
      return notation;
    }
  }
}
