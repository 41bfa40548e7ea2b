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
import dev.finetune.graph.layer.Layer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The head's layers, for static import: {@code head(dense(128), dropout(0.6))}. */
public final class HeadLayers {

  private HeadLayers() {}

  /** Returns how a head is written, such as {@code dense:128,dropout:0.6}. */
  public static String notation(List<HeadLayer> head) {
    return head.stream().map(HeadLayer::notation).collect(Collectors.joining(","));
  }

  /** A fully connected layer with ReLU. */
  public static HeadLayer dense(int units) {
    return dense(units, Activation.RELU);
  }

  /** A fully connected layer with that activation. */
  public static HeadLayer dense(int units, Activation activation) {
    String suffix = activation == Activation.RELU ? "" : ":" + lower(activation);
    return new Simple("dense", "dense:" + units + suffix, new Dense(units, activation), true);
  }

  /**
   * Dropout.
   *
   * @param rate the fraction dropped, as in Keras and PyTorch, in [0, 1)
   */
  public static HeadLayer dropout(double rate) {
    return new Simple("dropout", "dropout:" + rate, new Dropout(rate), false);
  }

  /** Batch normalisation with Keras' defaults: epsilon 1e-3, momentum 0.99. */
  public static HeadLayer batchNorm() {
    return new Simple("batch_norm", "batchnorm", new BatchNorm(1e-3, 0.99), false);
  }

  /** The mean of every feature map, instead of flattening: a far smaller head. */
  public static HeadLayer globalAveragePooling() {
    return new Simple("global_average_pooling", "gap", new GlobalAveragePool(), false);
  }

  /** A non-linearity of its own. */
  public static HeadLayer activation(Activation activation) {
    return new Simple(
        "activation", "activation:" + lower(activation), new Activate(activation), false);
  }

  /**
   * Reads the notation of the command line: {@code dense:128,dropout:0.6}, with {@code gap}, {@code
   * batchnorm}, {@code activation:NAME} and {@code dense:UNITS:ACTIVATION} besides.
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
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("Not a number in the head layer \"" + text + "\"", e);
    }
    throw new IllegalArgumentException(
        "A head layer is dense:UNITS[:ACTIVATION], dropout:RATE, batchnorm, gap or"
            + " activation:NAME; got \""
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
        "An activation is one of " + List.of(Activation.values()) + ", got " + name);
  }

  private static String lower(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }

  private record Simple(String name, String notation, Layer layer, boolean needsVector)
      implements HeadLayer {
    Simple {
      checkArgument(!name.isEmpty(), "A head layer has a name");
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
