package dev.finetune.internal.onednn;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Parameter;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Dense;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.weights.Finite;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The parameters of a network in native memory, in the layout of {@link ParameterRole}, with copies
 * in the layouts that primitives prefer. {@link #refresh} updates the copies after a change.
 */
final class ParameterStore implements AutoCloseable {

  /**
   * A parameter in memory.
   *
   * @param gradient the index of its gradient's first value in the gradients' memory, or {@link
   *     ParameterStore#UNTRAINED}
   */
  private record Stored(memory.desc layout, FloatPointer values, long gradient) {}

  private record Copy(Stored of, memory.desc layout, Pointer values) {}

  private static final long UNTRAINED = -1;

  /** The most values of a parameter: a buffer holds at most 2 GB. */
  private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

  /** The number of values that {@link #finite} checks at a time. */
  private static final int PIECE = 4096;

  private final LayerGraph graph;
  private final Table<String, ParameterRole, Stored> stored;
  private final boolean measures;
  private final List<Copy> copies = new ArrayList<>();
  private final List<Runnable> updates = new ArrayList<>();
  private final stream queue = new stream(OneDnn.engine());
  private final List<AlignedMemory> owned = new ArrayList<>();
  private volatile boolean stale = true; // set by the threads that change values
  private volatile boolean closed;

  private ParameterStore(
      LayerGraph graph, Table<String, ParameterRole, Stored> stored, boolean measures) {
    this.graph = graph;
    this.stored = stored;
    this.measures = measures;
  }

  private static ParameterStore empty(LayerGraph graph) {
    return new ParameterStore(graph, HashBasedTable.create(), false);
  }

  /** Creates a store of parameters that do not train. */
  static ParameterStore fixed(LayerGraph graph, Weights weights) {
    ParameterStore store = empty(graph);
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        store.put(node, spec, store.fresh(spec), UNTRAINED);
      }
    }
    store.set(weights);
    return store;
  }

  /** Returns the size of the gradients' memory in values, each gradient padded to a cache line. */
  static long trainedValues(LayerGraph graph, Set<String> trainable) {
    return graph.nodes().stream()
        .flatMap(n -> n.parameters().stream().filter(spec -> learned(n, spec, trainable)))
        .mapToLong(ParameterStore::padded)
        .sum();
  }

  /**
   * Creates a store of parameters some of which train.
   *
   * @param trainable the names of the layers that train
   */
  static ParameterStore trained(LayerGraph graph, Set<String> trainable, Weights weights) {
    ParameterStore store = empty(graph);
    long at = 0;
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        boolean learned = learned(node, spec, trainable);
        store.put(node, spec, store.fresh(spec), learned ? at : UNTRAINED);
        at += learned ? padded(spec) : 0;
      }
    }
    store.set(weights);
    return store;
  }

  /**
   * Returns a store of the same parameters for programs that are compiled only to be measured. It
   * allocates no memory for copies; {@link #copyBytes} returns how much they would take.
   */
  ParameterStore measuring() {
    return new ParameterStore(graph, stored, true);
  }

  /**
   * Returns the trainable parameters, in the order of the layers.
   *
   * @param gradients the gradients' memory of each shard
   * @param shards returns how many shards the last batch had
   */
  List<Parameter> parameters(List<Pointer> gradients, IntSupplier shards) {
    List<Parameter> parameters = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        Stored found = find(node.name(), spec.role());
        if (found.gradient() != UNTRAINED) {
          parameters.add(
              new StoredParameter(
                  node.name(),
                  spec,
                  buffer(found.values(), spec),
                  gradients.stream().map(g -> buffer(at(g, found.gradient()), spec)).toList(),
                  shards,
                  this::requireOpen,
                  this::changed));
        }
      }
    }
    return List.copyOf(parameters);
  }

  private static FloatBuffer buffer(FloatPointer pointer, ParameterSpec spec) {
    checkArgument(
        spec.count() <= LARGEST, "A parameter must have <= %s values, got %s", LARGEST, spec);
    return new FloatPointer(pointer).capacity(spec.count()).asBuffer();
  }

  private static boolean learned(Node node, ParameterSpec spec, Set<String> trainable) {
    return spec.role().learned() && trainable.contains(node.name());
  }

  /** Returns the parameter's size in values, padded so that the next one begins on a cache line. */
  private static long padded(ParameterSpec spec) {
    long line = MemoryPlan.ALIGNMENT / Float.BYTES;
    return (spec.count() + line - 1) / line * line;
  }

  private static FloatPointer at(Pointer base, long value) {
    return new FloatPointer(new BytePointer(base).getPointer(value * Float.BYTES));
  }

  private FloatPointer fresh(ParameterSpec spec) {
    return new FloatPointer(allocate(spec.count() * Float.BYTES));
  }

  private BytePointer allocate(long bytes) {
    AlignedMemory memory = AlignedMemory.zeroed(bytes);
    owned.add(memory);
    return memory.pointer();
  }

  private void put(Node node, ParameterSpec spec, FloatPointer values, long gradient) {
    stored.put(node.name(), spec.role(), new Stored(layout(node, spec), values, gradient));
  }

  /**
   * Returns oneDNN's description of a stored parameter. A dense layer's kernel is stored as (in,
   * out), where oneDNN has (out, in). The kernel of a grouped convolution has the groups as an
   * additional first dimension.
   */
  private static memory.desc layout(Node node, ParameterSpec spec) {
    long[] dimensions = spec.shape().stream().mapToLong(Integer::longValue).toArray();
    if (node.layer() instanceof Dense && spec.role() == ParameterRole.KERNEL) {
      return Layouts.of(memory.format_tag.ba, dimensions[1], dimensions[0]);
    }
    if (node.layer() instanceof Conv2d conv
        && conv.groups() > 1
        && spec.role() == ParameterRole.KERNEL) {
      return Layouts.plain(
          conv.groups(),
          dimensions[0] / conv.groups(),
          dimensions[1],
          dimensions[2],
          dimensions[3]);
    }
    return Layouts.plain(dimensions);
  }

  /** Returns a parameter as an argument of a primitive, in the stored layout. */
  Argument value(int role, String layer, ParameterRole parameter) {
    Stored found = find(layer, parameter);
    return new Argument(role, found.layout(), new Place.Fixed(found.values()));
  }

  /**
   * Returns a parameter as an argument of a primitive, in the wanted layout. Where that is not the
   * stored layout, the argument is a copy, which {@link #refresh} updates.
   */
  Argument value(int role, String layer, ParameterRole parameter, memory.desc wanted) {
    Stored found = find(layer, parameter);
    if (found.layout().equals(wanted)) {
      return value(role, layer, parameter);
    }
    for (Copy copy : copies) {
      if (copy.of().equals(found) && copy.layout().equals(wanted)) {
        return new Argument(role, wanted, new Place.Fixed(copy.values()));
      }
    }
    Copy copy = new Copy(found, wanted, measures ? new Pointer() : allocate(wanted.get_size()));
    copies.add(copy);
    if (!measures) {
      updates.add(update(copy));
      stale = true;
    }
    return new Argument(role, wanted, new Place.Fixed(copy.values()));
  }

  private Runnable update(Copy copy) {
    memory from = new memory(copy.of().layout(), OneDnn.engine(), copy.of().values());
    memory to = new memory(copy.layout(), OneDnn.engine(), copy.values());
    IntMemoryMap arguments = new IntMemoryMap();
    arguments.put(dnnl.DNNL_ARG_FROM, from);
    arguments.put(dnnl.DNNL_ARG_TO, to);
    reorder made = new reorder(from, to);
    return () -> made.execute(queue, arguments);
  }

  /** Returns the destination of a trainable parameter's gradient. */
  Argument gradient(int role, String layer, ParameterRole parameter) {
    Stored found = find(layer, parameter);
    if (found.gradient() == UNTRAINED) {
      throw new IllegalStateException("Parameter " + layer + "/" + parameter + " does not train");
    }
    return new Argument(role, found.layout(), new Place.Gradient(found.gradient()));
  }

  /** Returns the memory of a parameter, for reading and writing; see {@link #changed}. */
  FloatPointer memory(String layer, ParameterRole parameter) {
    return find(layer, parameter).values();
  }

  /** Marks the copies as out of date. */
  void changed() {
    stale = true;
  }

  /** Updates the copies if they are out of date. */
  void refresh() {
    if (stale) {
      updates.forEach(Runnable::run);
      queue._wait();
      stale = false;
    }
  }

  /** Returns copies of all parameters. */
  Weights weights() {
    Table<String, ParameterRole, Tensor> tensors = HashBasedTable.create();
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] values = new float[Math.toIntExact(spec.count())];
        find(node.name(), spec.role()).values().get(values);
        tensors.put(node.name(), spec.role(), Tensor.of(spec.shape(), values));
      }
    }
    return Weights.of(tensors);
  }

  /**
   * Returns whether all values are finite. Reads small pieces, to avoid copying whole parameters.
   */
  boolean finite() {
    return graph.nodes().parallelStream()
        .flatMap(node -> node.parameters().stream().map(spec -> finite(node.name(), spec)))
        .allMatch(finite -> finite);
  }

  private boolean finite(String layer, ParameterSpec spec) {
    FloatPointer values = new FloatPointer(find(layer, spec.role()).values());
    long start = values.position();
    float[] piece = new float[PIECE];
    for (long from = 0; from < spec.count(); from += PIECE) {
      int length = (int) Math.min(PIECE, spec.count() - from);
      values.position(start + from).get(piece, 0, length);
      if (!Finite.all(piece)) { // after a short piece there are values of the piece before, checked
        return false;
      }
    }
    return true;
  }

  /** Returns the native memory that the store holds, in bytes. */
  long bytes() {
    return owned.stream().mapToLong(AlignedMemory::bytes).sum();
  }

  /** Returns the native memory that the copies take, in bytes. */
  long copyBytes() {
    return copies.stream().mapToLong(copy -> AlignedMemory.bytes(copy.layout().get_size())).sum();
  }

  /**
   * Checks that the store is open.
   *
   * @throws IllegalStateException if it is closed
   */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The network is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    owned.forEach(AlignedMemory::close);
    owned.clear();
  }

  /** Replaces the values of all parameters. */
  void set(Weights weights) {
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        Tensor tensor = weights.tensor(node.name(), spec);
        find(node.name(), spec.role()).values().put(tensor.values());
      }
    }
    changed();
  }

  private Stored find(String layer, ParameterRole parameter) {
    Stored found = stored.get(layer, parameter);
    if (found == null) {
      throw new IllegalStateException("The network has no parameter " + layer + "/" + parameter);
    }
    return found;
  }
}
