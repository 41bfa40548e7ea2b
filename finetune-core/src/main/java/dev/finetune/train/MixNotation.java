package dev.finetune.train;

import com.google.common.base.Splitter;
import java.util.List;

/** The notation of mixtures: {@link BatchMix#parse}. */
final class MixNotation {

  private MixNotation() {}

  static BatchMix parse(String notation) {
    List<String> parts = Splitter.on(',').trimResults().splitToList(notation);
    if (parts.size() > 2) {
      throw invalid(notation);
    }
    BatchMix first = parseOne(parts.get(0), notation);
    return parts.size() == 1 ? first : BatchMix.either(first, parseOne(parts.get(1), notation));
  }

  private static BatchMix parseOne(String text, String notation) {
    List<String> parts = Splitter.on(':').splitToList(text);
    if (parts.size() != 2) {
      throw invalid(notation);
    }
    double alpha;
    try {
      alpha = Double.parseDouble(parts.get(1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("ALPHA must be a number, got \"" + text + "\"", e);
    }
    return switch (parts.get(0)) {
      case "mixup" -> BatchMix.mixup(alpha);
      case "cutmix" -> BatchMix.cutmix(alpha);
      default -> throw invalid(notation);
    };
  }

  private static IllegalArgumentException invalid(String notation) {
    return new IllegalArgumentException(
        "A mixture must be mixup:ALPHA, cutmix:ALPHA, or two of them with a comma between, got \""
            + notation
            + "\"");
  }
}
