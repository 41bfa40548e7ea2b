package dev.finetune.internal.onednn;

import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.Parameter;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.internal.natives.OpenMp;
import dev.finetune.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A trainable network of the engine {@code onednn}. It splits each batch into {@link Shards}, which
 * share the parameters and compute in parallel, and compiles a {@link Program} for each size of a
 * shard.
 */
public final class OneDnnTraining implements TrainableNetwork {

  /** A forward pass with its inputs and its output. */
  private record Compiled(Program program, List<Value> inputs, Value logits) {}

  private final LayerGraph layers;
  private final EngineOptions options;
  private final Set<String> trained;
  private final ParameterStore parameters;
  private final List<AlignedMemory> gradients = new ArrayList<>();
  private final List<Parameter> trainedParameters;
  private int lastShards = 1;
  private final List<TrainingShard> shards = new ArrayList<>();
  private final Map<Integer, Compiled> judges = new HashMap<>();
  private final Map<Integer, Compiled> observers = new HashMap<>();
  private final Map<Integer, Long> passBytes = new HashMap<>();
  private final NormTraining norms;
  private @Nullable OperationTimes times;

  /**
   * Creates a network.
   *
   * @param layers the graph, of basic layers, with one output: the logits
   * @param frozen the names of the layers that do not train
   * @param weights a value for each parameter; not changed
   * @param norms how trainable batch normalisation gets its inference statistics
   * @param options the number of threads, and which algorithms are allowed
   */
  public OneDnnTraining(
      LayerGraph layers,
      Set<String> frozen,
      Weights weights,
      NormPolicy norms,
      EngineOptions options) {
    this.norms = new NormTraining(norms);
    this.layers = layers;
    this.options = options;
    this.trained =
        this.layers.nodes().stream()
            .filter(n -> n.learnedParameterCount() > 0 && !frozen.contains(n.name()))
            .map(Node::name)
            .collect(Collectors.toUnmodifiableSet());
    this.parameters = ParameterStore.trained(this.layers, trained, weights);
    int count = splits(norms) ? Shards.count(options.threads()) : 1;
    long values = ParameterStore.trainedValues(this.layers, trained);
    for (int i = 0; i < count; i++) {
      AlignedMemory memory = AlignedMemory.zeroed(values * Float.BYTES);
      gradients.add(memory);
      shards.add(
          new TrainingShard(
              this.layers,
              trained,
              parameters,
              memory.pointer(),
              this.norms,
              options.threads(options.threads() / count)));
    }
    this.trainedParameters =
        parameters.parameters(
            gradients.stream().<Pointer>map(AlignedMemory::pointer).toList(), () -> lastShards);
  }

  /**
   * Returns whether a batch is computed in shards. This requires that the number of threads can be
   * set, that no layer normalises by the batch, which makes examples depend on each other, and that
   * there is a convolution: the time of dense layers goes into reading their parameters, which
   * every shard would repeat.
   */
  private boolean splits(NormPolicy policy) {
    return OpenMp.settable()
        && layers.nodes().stream().anyMatch(n -> n.layer() instanceof Conv2d)
        && layers.nodes().stream().noneMatch(n -> normalisesByBatch(n, policy));
  }

  private boolean normalisesByBatch(Node node, NormPolicy policy) {
    return node.layer() instanceof BatchNorm
        && trained.contains(node.name())
        && !policy.keeps(node.name());
  }

  @Override
  public void differentiate(Batch batch, long seed, UnaryOperator<float[][]> gradientOf) {
    parameters.requireOpen();
    prepare(batch.size());
    List<Integer> bounds = Shards.bounds(batch.size(), shards.size());
    int parts = bounds.size() - 1;
    OpenMp.runWithThreads(options.threads(), parameters::refresh);
    float[][] outputs =
        IntStream.range(0, parts)
            .parallel()
            .mapToObj(
                i ->
                    shards
                        .get(i)
                        .forward(
                            batch.part(bounds.get(i), bounds.get(i + 1)),
                            bounds.get(i),
                            seed,
                            times))
            .toList()
            .stream()
            .flatMap(Arrays::stream)
            .toArray(float[][]::new);
    List<float[]> back = Arrays.asList(gradientOf.apply(outputs));
    IntStream.range(0, parts)
        .parallel()
        .forEach(
            i -> shards.get(i).backward(back.subList(bounds.get(i), bounds.get(i + 1)), times));
    lastShards = parts;
  }

  @Override
  public List<Parameter> parameters() {
    return trainedParameters;
  }

  /**
   * Compiles one shard after the other, because compiling adds to the parameters' shared copies.
   */
  private void prepare(int batch) {
    List<Integer> bounds = Shards.bounds(batch, shards.size());
    for (int i = 0; i < bounds.size() - 1; i++) {
      shards.get(i).prepare(bounds.get(i + 1) - bounds.get(i));
    }
  }

  @Override
  public float[][] logits(Batch batch) {
    parameters.requireOpen();
    List<Integer> bounds = Shards.bounds(batch.size(), shards.size());
    return OpenMp.withThreads(
        options.threads(),
        () ->
            IntStream.range(0, bounds.size() - 1)
                .mapToObj(i -> judge(batch.part(bounds.get(i), bounds.get(i + 1))))
                .flatMap(Arrays::stream)
                .toArray(float[][]::new));
  }

  /** Computes the logits of a part of a batch that is no larger than a shard's, in its memory. */
  private float[][] judge(Batch batch) {
    Compiled compiled = judges.computeIfAbsent(batch.size(), this::compileJudge);
    run(compiled, batch);
    return Ports.read(compiled.logits(), batch.size(), shards.get(0).arena());
  }

  @Override
  public boolean recomputesStatistics() {
    return layers.nodes().stream()
        .anyMatch(
            n ->
                n.layer() instanceof BatchNorm
                    && trained.contains(n.name())
                    && norms.policy().recomputes(n.name()));
  }

  @Override
  public void observe(Batch batch) {
    parameters.requireOpen();
    OpenMp.runWithThreads(
        options.threads(),
        () -> run(observers.computeIfAbsent(batch.size(), this::compileObserver), batch));
  }

  @Override
  public void settle() {
    parameters.requireOpen();
    norms.settle(parameters);
  }

  /** Runs a forward pass in the memory of the first shard, which is idle between steps. */
  private void run(Compiled compiled, Batch batch) {
    Arena arena = shards.get(0).arena();
    parameters.refresh();
    compiled.program().prepare(arena);
    Ports.write(batch, compiled.inputs(), arena);
    compiled.program().forward(arena, times);
  }

  @Override
  public Weights weights() {
    parameters.requireOpen();
    return parameters.weights();
  }

  @Override
  public void restore(Weights weights) {
    parameters.requireOpen();
    parameters.set(weights);
  }

  @Override
  public boolean finite() {
    parameters.requireOpen();
    return parameters.finite();
  }

  /** Adds the time of every operation to {@code into} from now on. */
  public void measure(OperationTimes into) {
    times = into;
  }

  @Override
  public long bytes(int batch) {
    parameters.requireOpen();
    long ofGradients = gradients.stream().mapToLong(AlignedMemory::bytes).sum();
    return batch == 0
        ? parameters.bytes() + ofGradients
        : parameters.bytes()
            - parameters.copyBytes()
            + ofGradients
            + passBytes.computeIfAbsent(batch, this::measurePasses);
  }

  /**
   * Returns the bytes that training steps and evaluations of a batch need, whatever was compiled
   * before. It compiles a program for each size of a part to measure it, and keeps none of them,
   * because most of these batch sizes are never trained with.
   */
  private long measurePasses(int batch) {
    ParameterStore measuring = parameters.measuring();
    List<Integer> bounds = Shards.bounds(batch, shards.size());
    Map<Integer, Long> arenas = new HashMap<>();
    long bytes = 0;
    for (int i = 0; i < bounds.size() - 1; i++) {
      int part = bounds.get(i + 1) - bounds.get(i);
      bytes += arenas.computeIfAbsent(part, size -> shards.get(0).arenaBytes(size, measuring));
    }
    int largest = (batch + shards.size() - 1) / shards.size();
    long judging =
        OpenMp.withThreads(
            options.threads(),
            () -> compileForward(largest, Lowering.Mode.JUDGING, measuring).program().bytes());
    long observing = recomputesStatistics() ? observingBytes(batch, measuring) : 0;
    // Evaluation and observation run in the first shard's arena.
    long first = arenas.getOrDefault(bounds.get(1), 0L);
    return bytes + Math.max(0, Math.max(judging, observing) - first) + measuring.copyBytes();
  }

  private long observingBytes(int batch, ParameterStore measuring) {
    return OpenMp.withThreads(
        options.threads(),
        () -> compileForward(batch, Lowering.Mode.STATISTICS, measuring).program().bytes());
  }

  @Override
  public void close() {
    shards.forEach(TrainingShard::close);
    parameters.close();
    gradients.forEach(AlignedMemory::close);
    gradients.clear();
  }

  private Compiled compileJudge(int batch) {
    return compileForward(batch, Lowering.Mode.JUDGING, parameters);
  }

  private Compiled compileObserver(int batch) {
    return compileForward(batch, Lowering.Mode.STATISTICS, parameters);
  }

  private Compiled compileForward(int batch, Lowering.Mode mode, ParameterStore store) {
    Fused network = Fused.of(layers, Activations::fusesInInference);
    Recorder recorder = new Recorder();
    Map<String, Lowered> lowered =
        new Lowering(
                network, trained, store, recorder, batch, mode, norms, options, new StepRandom())
            .forward();
    Value logits = plainOutput(recorder, lowered, network.graph().outputs().get(0), batch);
    logits.slot().pin();
    return new Compiled(recorder.program(), inputs(lowered), logits);
  }

  private List<Value> inputs(Map<String, Lowered> lowered) {
    return layers.inputs().stream().map(n -> Lowering.output(lowered, n.name())).toList();
  }

  static Value plainOutput(
      Recorder recorder, Map<String, Lowered> lowered, String name, int batch) {
    Value value = Lowering.output(lowered, name);
    return recorder.reorder(name, value, Layouts.plain(value.shape(), batch));
  }
}
