package dev.finetune.freeze;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import java.util.List;

/** The stock strategies. */
public final class Freeze {

  private Freeze() {}

  /** Freezes every layer of the backbone: only the head trains (transfer learning). */
  public static FreezeStrategy all() {
    return new Described("all", graph -> graph.names());
  }

  /** Freezes nothing: the whole network trains from the pretrained values. */
  public static FreezeStrategy none() {
    return new Described("none", graph -> ImmutableSet.of());
  }

  /**
   * Freezes all but the last {@code trainable} layers, counted as Keras counts {@code
   * model.layers}: every layer in order, input and pooling included; see {@link
   * dev.finetune.graph.LayerGraph#counted()}.
   *
   * @param trainable from 0 (all frozen) to the number of layers (none frozen)
   */
  public static FreezeStrategy allBut(int trainable) {
    checkArgument(
        trainable >= 0, "freezeAllBut takes a number of layers from 0, got %s", trainable);
    return new Described(
        "all but the last " + trainable,
        graph -> {
          List<String> counted = graph.counted();
          int layers = counted.size();
          checkArgument(
              trainable <= layers,
              "freezeAllBut takes at most the number of the backbone's layers, %s; got %s",
              layers,
              trainable);
          List<String> all = graph.names().asList();
          int first = trainable == 0 ? all.size() : all.indexOf(counted.get(layers - trainable));
          return ImmutableSet.copyOf(all.subList(0, first));
        });
  }

  /** Freezes the named layer and every layer that it depends on. */
  public static FreezeStrategy upTo(String layerName) {
    return new Described("up to " + layerName, graph -> graph.closure(List.of(layerName)));
  }

  /**
   * Freezes the first stages of a backbone that has stages: {@link
   * dev.finetune.graph.LayerGraph#stages()}.
   *
   * @param stages how many, from 0 (none frozen)
   */
  public static FreezeStrategy upToStage(int stages) {
    checkArgument(stages >= 0, "freezeUpToStage takes a number of stages from 0, got %s", stages);
    return new Described(
        "up to stage " + stages,
        graph -> {
          checkArgument(
              stages <= graph.stages().size(),
              "freezeUpToStage takes at most the number of the backbone's stages, %s, which end in"
                  + " %s; got %s",
              graph.stages().size(),
              graph.stages(),
              stages);
          return stages == 0
              ? ImmutableSet.of()
              : graph.closure(List.of(graph.stages().get(stages - 1)));
        });
  }

  /** Freezes exactly these layers. */
  public static FreezeStrategy layers(String... names) {
    ImmutableSet<String> frozen = ImmutableSet.copyOf(names);
    return new Described("layers " + String.join(", ", frozen), graph -> frozen);
  }
}
