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
 * Factory methods for backbones from Deeplearning4j networks: a {@code ComputationGraph}, a {@code
 * MultiLayerNetwork}, a zip file written by {@code ModelSerializer}, or the network of a {@code
 * ZooModel}.
 *
 * <pre>{@code
 * Backbone mine = Dl4jBackbone.of("mine", network, new InputSpec(64, 64, Preprocessing.TF));
 * Backbone file = Dl4jBackbone.of("file", Path.of("model.zip"), input);
 * Backbone zoo = Dl4jBackbone.of("zoo", VGG16.builder().build().initPretrained(), input);
 * FineTune.from(mine).freezeUpTo("conv3").classes(5)
 * }</pre>
 *
 * <p>Parameters are copied: the network is not changed and can be closed afterwards. Layers keep
 * their names; those of a {@code MultiLayerNetwork} are named "0", "1" and so on. Layers that this
 * library does not support, such as local response normalisation, are refused by name.
 */
public final class Dl4jBackbone {

  private Dl4jBackbone() {}

  /**
   * Creates a backbone from a network without its output layer.
   *
   * @param name the name of the backbone, such as {@code mine}
   * @param network a {@code ComputationGraph} or a {@code MultiLayerNetwork}
   * @param input the size and preprocessing of the images that the network was trained on
   * @return the backbone
   * @throws IllegalArgumentException if the network is of another type, has a layer or a setting
   *     that is not supported, has several inputs, does not accept the input, or has a value that
   *     is not finite
   */
  public static Backbone of(String name, Model network, InputSpec input) {
    return of(name, network, input, Optional.empty(), "a Deeplearning4j network");
  }

  /**
   * Creates a backbone from a network up to a layer.
   *
   * @param name the name of the backbone
   * @param network a {@code ComputationGraph} or a {@code MultiLayerNetwork}
   * @param input the size and preprocessing of the images that the network was trained on
   * @param lastLayer the name of the last layer or vertex of the backbone
   * @return the backbone
   * @throws IllegalArgumentException if no layer has that name, or as {@link #of(String, Model,
   *     InputSpec)} throws it
   */
  public static Backbone of(String name, Model network, InputSpec input, String lastLayer) {
    return of(name, network, input, Optional.of(lastLayer), "a Deeplearning4j network");
  }

  /**
   * Creates a backbone from a saved network without its output layer.
   *
   * @param name the name of the backbone
   * @param zip a file written by {@code ModelSerializer}
   * @param input the size and preprocessing of the images that the network was trained on
   * @return the backbone
   * @throws IOException if the file is missing, is not such a zip, or is damaged; the message names
   *     it
   * @throws IllegalArgumentException as {@link #of(String, Model, InputSpec)} throws it; the
   *     message names the file
   * @throws IllegalStateException if no ND4J backend works on this machine
   */
  public static Backbone of(String name, Path zip, InputSpec input) throws IOException {
    Model network = Dl4jGraphs.restore(zip);
    try {
      String origin =
          zip.getFileName() + ", sha256 " + MoreFiles.asByteSource(zip).hash(Hashing.sha256());
      return of(name, network, input, Optional.empty(), origin);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          zip + ": the network must be one of images with supported layers: " + e.getMessage(), e);
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
