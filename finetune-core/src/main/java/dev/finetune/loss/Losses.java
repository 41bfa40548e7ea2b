package dev.finetune.loss;

import com.google.common.base.Splitter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The notation of losses for the command line, such as {@code crossentropy,smoothing=0.1}. */
public final class Losses {

  private static final String FORMS =
      "crossentropy[,smoothing=S], focal:GAMMA, binarycrossentropy[,smoothing=S][,positive=W:W:...],"
          + " squarederror or huber:DELTA";

  private Losses() {}

  /**
   * Parses the notation of a loss. The losses are {@code crossentropy[,smoothing=S]}, {@code
   * focal:GAMMA}, {@code binarycrossentropy[,smoothing=S][,positive=W:W:...]} with one weight per
   * tag, {@code squarederror} and {@code huber:DELTA}.
   *
   * @param notation the notation, such as {@code focal:2}
   * @return the loss
   * @throws IllegalArgumentException if the loss is unknown or has an invalid argument
   */
  public static Loss parse(String notation) {
    List<String> parts = Splitter.on(',').trimResults().splitToList(notation);
    List<String> head = Splitter.on(':').splitToList(parts.get(0));
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      if (equals < 0
          || options.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
        throw unknown(notation);
      }
    }
    try {
      Loss loss = create(head, options);
      if (loss != null && options.isEmpty()) {
        return loss;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The arguments of a loss must be numbers, got \"" + notation + "\"", e);
    }
    throw unknown(notation);
  }

  /** Takes what it reads from the options. Returns null if there is no such loss. */
  private static @Nullable Loss create(List<String> head, Map<String, String> options) {
    if (head.size() == 2) {
      double argument = Double.parseDouble(head.get(1));
      return switch (head.get(0)) {
        case "focal" -> Focal.focal(argument);
        case "huber" -> Huber.huber(argument);
        default -> null;
      };
    }
    return switch (head.size() == 1 ? head.get(0) : "") {
      case "crossentropy" -> CrossEntropy.crossEntropy().smoothing(smoothing(options));
      case "binarycrossentropy" ->
          BinaryCrossEntropy.binaryCrossEntropy()
              .smoothing(smoothing(options))
              .positiveWeights(positiveWeights(options));
      case "squarederror" -> SquaredError.squaredError();
      default -> null;
    };
  }

  private static double smoothing(Map<String, String> options) {
    String value = options.remove("smoothing");
    return value == null ? 0 : Double.parseDouble(value);
  }

  private static double[] positiveWeights(Map<String, String> options) {
    String value = options.remove("positive");
    return value == null
        ? new double[0]
        : Splitter.on(':').splitToStream(value).mapToDouble(Double::parseDouble).toArray();
  }

  private static IllegalArgumentException unknown(String notation) {
    return new IllegalArgumentException("A loss must be " + FORMS + ", got \"" + notation + "\"");
  }

  /**
   * {@return the notation of a loss} {@link #parse} returns an equal loss.
   *
   * @param loss one of the losses of this package
   * @throws IllegalArgumentException if the loss is an application's own
   */
  public static String notation(Loss loss) {
    if (loss instanceof CrossEntropy own) {
      return own.name() + smoothing(own.labelSmoothing());
    } else if (loss instanceof BinaryCrossEntropy own) {
      return own.name() + smoothing(own.labelSmoothing()) + positive(own.positiveWeights());
    } else if (loss instanceof Focal own) {
      return own.name() + ":" + own.gamma();
    } else if (loss instanceof Huber own) {
      return own.name() + ":" + own.delta();
    } else if (loss instanceof SquaredError own) {
      return own.name();
    }
    throw new IllegalArgumentException(
        "Only the losses of this library have a notation, got " + loss.name());
  }

  private static String smoothing(double value) {
    return value == 0 ? "" : ",smoothing=" + value;
  }

  private static String positive(List<Double> weights) {
    return weights.isEmpty()
        ? ""
        : ",positive=" + weights.stream().map(String::valueOf).collect(Collectors.joining(":"));
  }
}
