package dev.finetune.internal.continued;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import com.google.common.hash.Hashing;
import dev.finetune.backbone.Backbone;
import dev.finetune.engine.EngineOptions;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.head.HeadGraph;
import dev.finetune.head.HeadLayer;
import dev.finetune.internal.modelfile.Description;
import dev.finetune.internal.modelfile.ModelFiles;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.training.Seeds;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** A trained model from which a training continues. */
public final class ContinuedModel {

  private final StoredModel stored;
  private final Backbone backbone;
  private final List<HeadLayer> head;
  private final EngineOptions engine;
  private final Supplier<String> sha256;

  private ContinuedModel(
      StoredModel stored, Backbone backbone, List<HeadLayer> head, EngineOptions engine) {
    this.stored = stored;
    this.backbone = backbone;
    this.head = head;
    this.engine = engine;
    this.sha256 = Suppliers.memoize(() -> ModelFiles.weightsSha256(stored));
  }

  /**
   * Returns a model to continue.
   *
   * @param stored the contents of the model
   * @param backbone the backbone of the model
   * @param engine how the model is computed
   * @throws IllegalArgumentException if the network does not end with logits that a head of this
   *     library has
   */
  public static ContinuedModel of(StoredModel stored, Backbone backbone, EngineOptions engine) {
    Description description = stored.description();
    LayerGraph graph = description.graph();
    List<Node> between =
        graph.nodes().stream()
            .filter(n -> !backbone.graph().names().contains(n.name()))
            .filter(n -> !graph.outputs().contains(n.name()))
            .toList();
    List<HeadLayer> head =
        between.isEmpty()
            ? List.of()
            : List.of(new KeptHead(between, description.plan().path("head").asText()));
    int classes = description.classNames().size();
    checkArgument(
        HeadGraph.append(backbone.graph(), head, classes).nodes().equals(graph.nodes()),
        "A model to continue must end with a linear dense layer named \"%s\" behind its other"
            + " layers, got %s",
        HeadGraph.LOGITS,
        graph.node(graph.outputs().get(0)));
    return new ContinuedModel(stored, backbone, head, engine);
  }

  /** Returns the backbone with the weights of the model. */
  public Backbone backbone() {
    return backbone;
  }

  /** Returns the layers between the backbone and the logits. */
  public List<HeadLayer> head() {
    return head;
  }

  /** Returns how the model is computed. */
  public EngineOptions engine() {
    return engine;
  }

  /** Returns the classes of the model in the order of its logits. */
  public List<String> classNames() {
    return stored.description().classNames();
  }

  /** Returns the description of the model. */
  Description description() {
    return stored.description();
  }

  /** Returns the SHA-256 of the weights, as in the checksums of the model's file. */
  String weightsSha256() {
    return verifyNotNull(sha256.get());
  }

  /**
   * Returns the weights to start from. The logits of known classes have the weights of the model.
   * Those of added classes are drawn like those of a new head: Glorot uniform kernels, see {@link
   * dev.finetune.weights.RandomWeights}, and zero biases. They depend on the seed, the name of the
   * class, and the number of classes only.
   *
   * @param classNames the classes of the continued model, in the order of its logits
   * @param seed the seed of the run
   */
  public Weights initial(List<String> classNames, long seed) {
    Tensor kernel = stored.weights().tensor(HeadGraph.LOGITS, ParameterRole.KERNEL);
    Tensor bias = stored.weights().tensor(HeadGraph.LOGITS, ParameterRole.BIAS);
    int inputs = kernel.shape().get(0);
    int before = kernel.shape().get(1);
    int after = classNames.size();
    float[] kernels = new float[Math.multiplyExact(inputs, after)];
    float[] biases = new float[after];
    for (int i = 0; i < after; i++) {
      int known = classNames().indexOf(classNames.get(i));
      if (known < 0) {
        float[] fresh = glorot(inputs, after, Seeds.row(seed, hash(classNames.get(i))));
        copyColumn(fresh, 0, 1, kernels, i, after);
      } else {
        copyColumn(kernel.values(), known, before, kernels, i, after);
        biases[i] = bias.values()[known];
      }
    }
    Table<String, ParameterRole, Tensor> logits = HashBasedTable.create();
    logits.put(HeadGraph.LOGITS, ParameterRole.KERNEL, Tensor.of(List.of(inputs, after), kernels));
    logits.put(HeadGraph.LOGITS, ParameterRole.BIAS, Tensor.of(List.of(after), biases));
    return stored.weights().plus(Weights.of(logits));
  }

  private static void copyColumn(
      float[] from, int column, int width, float[] to, int toColumn, int toWidth) {
    for (int row = 0; row < from.length / width; row++) {
      to[row * toWidth + toColumn] = from[row * width + column];
    }
  }

  private static float[] glorot(int inputs, int outputs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double limit = Math.sqrt(6.0 / ((double) inputs + outputs));
    float[] values = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
    }
    return values;
  }

  /** Returns a hash of a name that does not collide, so that no two classes start equal. */
  private static long hash(String name) {
    return Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asLong();
  }
}
