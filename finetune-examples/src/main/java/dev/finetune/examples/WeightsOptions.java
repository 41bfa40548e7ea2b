package dev.finetune.examples;

import dev.finetune.zoo.ZooBackbone;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose the weights of a backbone. */
final class WeightsOptions {

  static final String NAME = "--weights";

  @Option(
      names = NAME,
      paramLabel = "FILE|random",
      description =
          "A backbone's weights: a file of Keras (.h5, .keras), PyTorch (.pth) or safetensors, or"
              + " random for initial values (default: the published weights, downloaded once).")
  private @Nullable String weights;

  @Mixin private DownloadOption download;

  /** Returns whether weights were named. */
  boolean given() {
    return weights != null;
  }

  /** Returns the option if it was given. */
  ResolvedOptions resolved() {
    ResolvedOptions resolved = new ResolvedOptions();
    return weights == null ? resolved : resolved.add(NAME, weights);
  }

  /**
   * Returns the backbone with the weights.
   *
   * @param seed of random ones
   */
  ZooBackbone of(ZooBackbone backbone, long seed) throws IOException {
    if (weights == null) {
      return backbone.downloads(download.options());
    }
    return weights.equals("random")
        ? backbone.randomWeights(seed)
        : backbone.weights(PathChecks.file(NAME, "a weight file", Path.of(weights)));
  }
}
