package dev.finetune.zoo.weights;

import com.google.common.collect.ImmutableMap;
import dev.finetune.data.UnreadableFileException;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.weights.Tensor;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.internal.tensors.TensorInfo;
import dev.finetune.zoo.internal.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network found in a file of named tensors.
 *
 * <p>The names of the network's tensors must all be there, under one prefix. Tensors beside the
 * network are left out. A tensor inside it that the network does not have is an error: it may be a
 * part of another network, and then the others would be wrong without it.
 */
final class TorchMatch {

  /** The prefix of InceptionV3's auxiliary classifier, which is for training from scratch. */
  private static final String SECOND_CLASSIFIER = "AuxLogits.";

  /** The last words of tensors that count something and do not change what a network computes. */
  private static final Set<String> COUNTERS =
      Set.of("num_batches_tracked", "total_ops", "total_params", "n_averaged");

  /**
   * The first words of children of torchvision's and timm's networks that have no tensors. If they
   * have some, such as PReLU in place of ReLU, the network is another one.
   */
  private static final Set<String> PASSIVE = Set.of("relu", "act1", "maxpool");

  private final TensorSource source;
  private final ImmutableMap<String, TorchSlot> wanted;
  private final ImmutableMap<String, TorchSlot> whole;
  private final Naming naming;

  private TorchMatch(
      TensorSource source,
      ImmutableMap<String, TorchSlot> wanted,
      ImmutableMap<String, TorchSlot> whole,
      Naming naming) {
    this.source = source;
    this.wanted = wanted;
    this.whole = whole;
    this.naming = naming;
  }

  /**
   * Finds the network in a file.
   *
   * @param wanted the parameters that are needed, by name
   * @param whole the parameters of the network with its classifier, by name
   * @param prefix the prefix to use; null to find it
   * @throws UnreadableFileException if the network is in the file several times
   * @throws WeightsException if it is not in the file, or the file has more tensors inside it
   */
  static TorchMatch of(
      TensorSource source,
      ImmutableMap<String, TorchSlot> wanted,
      ImmutableMap<String, TorchSlot> whole,
      @Nullable Prefix prefix)
      throws IOException {
    Map<String, TensorInfo> tensors = source.tensors();
    Naming naming;
    if (prefix != null) {
      naming = Naming.of(prefix.text(), tensors.keySet());
    } else {
      Namings namings = new Namings(tensors, wanted);
      List<Naming> complete = namings.complete();
      naming = complete.isEmpty() ? namings.nearest() : complete.get(0);
      if (complete.size() > 1) {
        requireSame(source, wanted, complete);
      }
    }
    TorchMatch match = new TorchMatch(source, wanted, whole, naming);
    match.requireFit();
    return match;
  }

  /** Returns whether a file has the network under some prefix. */
  static boolean isIn(TensorSource source, ImmutableMap<String, TorchSlot> wanted) {
    return !new Namings(source.tensors(), wanted).complete().isEmpty();
  }

  /** Two copies of a network are no doubt if they are equal. */
  private static void requireSame(
      TensorSource source, ImmutableMap<String, TorchSlot> wanted, List<Naming> namings)
      throws IOException {
    Map<TorchSlot, Tensor> first = null;
    for (Naming naming : namings) {
      Map<TorchSlot, Tensor> values = values(source, wanted, naming);
      if (first == null) {
        first = values;
      } else if (!first.equals(values)) {
        throw new UnreadableFileException(
            source.file(),
            "",
            "the network must be in the file once, got it "
                + namings.size()
                + " times with other values, under the prefixes "
                + namings.stream()
                    .map(n -> "\"" + n.prefix() + "\"")
                    .collect(Collectors.joining(", "))
                + "; say which one with weights(path, Prefix.of(\""
                + namings.get(namings.size() - 1).prefix()
                + "\"))");
      }
    }
  }

  private static Map<TorchSlot, Tensor> values(
      TensorSource source, ImmutableMap<String, TorchSlot> wanted, Naming naming)
      throws IOException {
    Map<TorchSlot, String> names = new LinkedHashMap<>();
    naming.found(wanted).forEach((slot, all) -> names.put(slot, all.iterator().next()));
    Map<String, Tensor> read = source.read(names.values());
    Map<TorchSlot, Tensor> values = new LinkedHashMap<>();
    names.forEach((slot, name) -> values.put(slot, read.get(name)));
    return values;
  }

  private void requireFit() throws IOException {
    List<String> problems = new ArrayList<>();
    Set<ParameterRole> missing = EnumSet.noneOf(ParameterRole.class);
    Map<TorchSlot, Set<String>> found = naming.found(whole);
    for (TorchSlot slot : new LinkedHashSet<>(wanted.values())) {
      Set<String> names = found.getOrDefault(slot, Set.of());
      if (names.isEmpty()) {
        problems.add("missing: " + slot.label() + " " + slot.spec().shape());
        missing.add(slot.spec().role());
      } else if (names.size() > 1) {
        problems.add("twice: " + slot.label() + " in " + String.join(" and ", names));
      } else {
        check(slot, names.iterator().next(), problems);
      }
    }
    List<String> strangers = inside();
    strangers.forEach(name -> problems.add("extra: " + name + " " + tensor(name).shape()));
    if (problems.isEmpty()) {
      return;
    }
    Optional<String> parts =
        Reparametrised.first(naming.names().keySet()).or(() -> Reparametrised.fused(missing));
    if (parts.isPresent()) {
      problems.add(0, parts.get());
    } else if (found.isEmpty()) {
      throw new WeightsException(
          source.file(),
          List.of(ForeignWeights.ofTensors(source.tensors().keySet().asList())),
          advice(false));
    }
    throw new WeightsException(
        source.file(), problems, advice(problems.size() == strangers.size()));
  }

  private String advice(boolean onlyStrangers) {
    if (source.file().matches(".*-\\d{5}-of-\\d{5}\\.[^/\\\\]*")) {
      return "the file is one part of several; pass the .index.json that lists them";
    }
    return onlyStrangers
        ? "a tensor inside the network may belong to another network; if it does not, leave it out"
            + " with weights(path, dialect, TensorNames)"
        : "";
  }

  private void check(TorchSlot slot, String name, List<String> problems)
      throws UnreadableFileException {
    TensorInfo tensor = tensor(name);
    if (!Naming.fits(tensor, slot)) {
      problems.add(
          "shape: "
              + slot.label()
              + " expected "
              + slot.spec().shape()
              + ", got "
              + tensor.shape()
              + " in "
              + name);
    } else if (!tensor.floating()) {
      throw new UnreadableFileException(
          source.file(),
          "tensor " + name,
          "the type must be one of floating-point numbers, got "
              + tensor.type()
              + "; convert the network in Python, or save it before it is quantised");
    }
  }

  private TensorInfo tensor(String name) {
    return Objects.requireNonNull(source.tensors().get(name));
  }

  /**
   * Returns the tensors inside the network that it does not have. One integer is a counter; several
   * may be a mask.
   */
  private List<String> inside() {
    Set<String> firsts = Namings.firsts(wanted.keySet());
    firsts.addAll(PASSIVE);
    return naming.names().entrySet().stream()
        .filter(entry -> !whole.containsKey(entry.getValue()) && !harmless(entry.getValue()))
        .filter(entry -> tensor(entry.getKey()).floating() || tensor(entry.getKey()).count() > 1)
        .filter(
            entry ->
                firsts.stream()
                    .anyMatch(
                        first ->
                            entry.getValue().equals(first)
                                || entry.getValue().startsWith(first + ".")))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean harmless(String name) {
    return COUNTERS.contains(name.substring(name.lastIndexOf('.') + 1))
        || name.startsWith(SECOND_CLASSIFIER);
  }

  /** Returns what the names of the network begin with in the file. */
  String prefix() {
    return naming.prefix();
  }

  /** Returns one line about what the file has besides the network; empty if there is nothing. */
  String leftOut() {
    List<String> tensors = new ArrayList<>();
    for (String name : source.tensors().keySet()) {
      String known = naming.names().get(name);
      boolean used = known != null && (whole.containsKey(known) || harmless(known));
      if (!used) {
        tensors.add(name);
      }
    }
    return LeftOut.line(tensors, source.foreign());
  }

  /**
   * Reads the tensors that are needed.
   *
   * @return the tensors by their names in the definition
   */
  Map<String, Tensor> read() throws IOException {
    return read(wanted);
  }

  /** Reads the tensors of some parameters of the network, as far as the file has them. */
  Map<String, Tensor> read(Map<String, TorchSlot> slots) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    naming
        .found(slots)
        .forEach(
            (slot, all) -> {
              String name = all.iterator().next();
              if (Naming.fits(tensor(name), slot) && tensor(name).floating()) {
                names.put(name, naming.names().get(name));
              }
            });
    Map<String, Tensor> read = source.read(names.keySet());
    FiniteValues.require(source.file(), read);
    Map<String, Tensor> named = new LinkedHashMap<>();
    names.forEach((inFile, name) -> named.put(name, read.get(inFile)));
    return named;
  }
}
