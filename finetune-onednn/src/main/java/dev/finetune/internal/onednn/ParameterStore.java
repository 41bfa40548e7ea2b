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
 * The parameters of a network in native memory, in the layout of {@link ParameterRole}, and copies
 * of them in the layouts that primitives like, which are brought up to date once per change.
 */
final class ParameterStore implements AutoCloseable {

  /** A gradient begins as many values behind the first as its parameter does. */
  private record Stored(memory.desc layout, FloatPointer values, long gradient) {}

  private record Copy(Stored of, memory.desc layout, Pointer values) {}

  private static final long UNTRAINED = -1;

  /** A buffer has at most 2 GB. */
  private static final int LARGEST = Integer.MAX_VALUE / Float.BYTES;

  /** Values looked at together. */
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

  /** Parameters that stay as they are. */
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

  /** How many values the trained parameters are, each filled up to whole cache lines. */
  static long trainedValues(LayerGraph graph, Set<String> trainable) {
    return graph.nodes().stream()
        .flatMap(n -> n.parameters().stream().filter(spec -> learned(n, spec, trainable)))
        .mapToLong(ParameterStore::padded)
        .sum();
  }

  /**
   * Parameters of which some are trained.
   *
   * @param trainable their layers
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
   * Returns a store of the same parameters for programs that are compiled and never run. It takes
   * no memory for copies, and tells how much they would take: {@link #copyBytes}.
   */
  ParameterStore measuring() {
    return new ParameterStore(graph, stored, true);
  }

  /**
   * The trained parameters, in the order of the layers.
   *
   * @param gradients of all of them, for each shard of a batch
   * @param shards how many of those the last batch had
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
        spec.count() <= LARGEST, "A parameter has at most %s values, got %s", LARGEST, spec);
    return new FloatPointer(pointer).capacity(spec.count()).asBuffer();
  }

  private static boolean learned(Node node, ParameterSpec spec, Set<String> trainable) {
    return spec.role().learned() && trainable.contains(node.name());
  }

  /** So that each begins on a cache line; what is between stays zero. */
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

  /** How oneDNN sees a parameter: a dense layer's kernel, stored (in, out), is (out, in) there. */
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

  /** The parameter as it is stored. */
  Argument value(int role, String layer, ParameterRole parameter) {
    Stored found = find(layer, parameter);
    return new Argument(role, found.layout(), new Place.Fixed(found.values()));
  }

  /** The parameter in that layout: a copy that {@link #refresh} keeps up to date. */
  @SuppressWarnings("ReferenceEquality") // each parameter is stored once
  Argument value(int role, String layer, ParameterRole parameter, memory.desc wanted) {
    Stored found = find(layer, parameter);
    if (found.layout().equals(wanted)) {
      return value(role, layer, parameter);
    }
    for (Copy copy : copies) {
      if (copy.of() == found && copy.layout().equals(wanted)) {
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

  /** Where the gradient of a trained parameter goes. */
  Argument gradient(int role, String layer, ParameterRole parameter) {
    Stored found = find(layer, parameter);
    if (found.gradient() == UNTRAINED) {
      throw new IllegalStateException(layer + "/" + parameter + " is not trained");
    }
    return new Argument(role, found.layout(), new Place.Gradient(found.gradient()));
  }

  /** The memory of a parameter, to be read or changed in place. */
  FloatPointer memory(String layer, ParameterRole parameter) {
    return find(layer, parameter).values();
  }

  /** Says that values have changed. */
  void changed() {
    stale = true;
  }

  /** Brings the copies up to date, if values have changed. */
  void refresh() {
    if (stale) {
      updates.forEach(Runnable::run);
      queue._wait();
      stale = false;
    }
  }

  /** The values of all parameters. */
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

  /** Whether all values are finite; looked at piece by piece, so that none is copied as a whole. */
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
      if (!Finite.all(piece)) { // what is behind a short piece is of the one before
        return false;
      }
    }
    return true;
  }

  /** The native memory that it holds. */
  long bytes() {
    return owned.stream().mapToLong(AlignedMemory::bytes).sum();
  }

  /** The native memory of the copies that were asked for. */
  long copyBytes() {
    return copies.stream().mapToLong(copy -> AlignedMemory.bytes(copy.layout().get_size())).sum();
  }

  /**
   * Checks that its memory is there.
   *
   * @throws IllegalStateException if it was freed
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
      throw new IllegalStateException("No parameter " + layer + "/" + parameter);
    }
    return found;
  }
}
