package dev.finetune.dl4j;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.finetune.backbone.Backbone;
import dev.finetune.image.InputSpec;
import dev.finetune.internal.dl4j.Dl4jGraphs;
import dev.finetune.internal.dl4j.GraphReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;

/**
 * Backbones of Deeplearning4j's networks: a {@code ComputationGraph}, a {@code MultiLayerNetwork},
 * a zip that {@code ModelSerializer} wrote, and what any {@code ZooModel} gives.
 *
 * <pre>{@code
 * Backbone mine = Dl4jBackbone.of("mine", network, new InputSpec(64, 64, Preprocessing.TF));
 * Backbone file = Dl4jBackbone.of("file", Path.of("model.zip"), input);
 * Backbone zoo = Dl4jBackbone.of("zoo", VGG16.builder().build().initPretrained(), input);
 * FineTune.from(mine).freezeUpTo("conv3").classes(5)
 * }</pre>
 *
 * <p>The network's values are copied; it is not changed and can be closed. Layers keep their names,
 * those of a {@code MultiLayerNetwork} are its layers' names or numbers. A layer that this library
 * has not, such as a local response normalisation, is an error that names it.
 */
public final class Dl4jBackbone {

  private Dl4jBackbone() {}

  /**
   * All of a network but its output layer.
   *
   * @param input the images that it was trained on
   * @throws IllegalArgumentException if it has a layer or a setting that this library has not, or
   *     does not fit the input
   */
  public static Backbone of(String name, Model network, InputSpec input) {
    return of(name, network, input, Optional.empty(), "a Deeplearning4j network");
  }

  /**
   * A network up to that layer.
   *
   * @param lastLayer the name of the layer that the backbone ends in
   * @throws IllegalArgumentException if there is no such layer, or as above
   */
  public static Backbone of(String name, Model network, InputSpec input, String lastLayer) {
    return of(name, network, input, Optional.of(lastLayer), "a Deeplearning4j network");
  }

  /**
   * All of a saved network but its output layer.
   *
   * @param zip as {@code ModelSerializer} writes it
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException as above
   */
  public static Backbone of(String name, Path zip, InputSpec input) throws IOException {
    Model network = Dl4jGraphs.restore(zip);
    try {
      String origin =
          zip.getFileName() + ", sha256 " + MoreFiles.asByteSource(zip).hash(Hashing.sha256());
      return of(name, network, input, Optional.empty(), origin);
    } finally {
      network.close();
    }
  }

  private static Backbone of(
      String name, Model network, InputSpec input, Optional<String> last, String origin) {
    GraphReader reader = GraphReader.read(network, input.shape(), last);
    return Backbone.of(name, input, reader.graph(), reader.weights(), origin);
  }
}
