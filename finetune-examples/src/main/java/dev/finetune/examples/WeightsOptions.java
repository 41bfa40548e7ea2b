package dev.finetune.examples;

import dev.finetune.zoo.ZooBackbone;
import dev.finetune.zoo.weights.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose the weights of a backbone. */
final class WeightsOptions {

  static final String NAME = "--weights";
  static final String PREFIX = "--weights-prefix";

  @Option(
      names = NAME,
      paramLabel = "FILE|random",
      description =
          "A backbone's weights: a file of Keras (.h5, .keras), PyTorch (.pth) or safetensors, or"
              + " random for initial values (default: the published weights, downloaded once).")
  private @Nullable String weights;

  @Option(
      names = PREFIX,
      paramLabel = "TEXT",
      description =
          "What the names of the network begin with in the file of --weights, for a file that has"
              + " several, such as state_dict_ema. or student.backbone. (default: found).")
  private @Nullable String prefix;

  @Mixin private DownloadOption download;

  /** Returns whether weights were named. */
  boolean given() {
    return weights != null;
  }

  /** Returns the options that were given. */
  ResolvedOptions resolved() {
    ResolvedOptions resolved = new ResolvedOptions();
    if (weights != null) {
      resolved.add(NAME, weights);
    }
    return prefix == null ? resolved : resolved.add(PREFIX, prefix);
  }

  /**
   * Returns the backbone with the weights.
   *
   * @param seed of random ones
   */
  ZooBackbone of(ZooBackbone backbone, long seed) throws IOException {
    boolean fromFile = weights != null && !weights.equals("random");
    if (prefix != null && !fromFile) {
      throw WrongCall.must("be given with a file of " + NAME, prefix).of(PREFIX);
    }
    if (weights == null) {
      return backbone.downloads(download.options());
    } else if (!fromFile) {
      return backbone.randomWeights(seed);
    }
    Path file = PathChecks.file(NAME, "a weight file", Converters.path(NAME, weights));
    return prefix == null ? backbone.weights(file) : backbone.weights(file, Prefix.of(prefix));
  }
}
