package dev.finetune.freeze;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSet;
import java.util.List;

/** The built-in freeze strategies. */
public final class Freeze {

  private Freeze() {}

  /** {@return a strategy that freezes every layer of the backbone, so that only the head trains} */
  public static FreezeStrategy all() {
    return new Described("all", graph -> graph.names());
  }

  /**
   * {@return a strategy that freezes nothing, so that the whole network trains from the pretrained
   * values}
   */
  public static FreezeStrategy none() {
    return new Described("none", graph -> ImmutableSet.of());
  }

  /**
   * {@return a strategy that freezes all layers except the last {@code trainable} ones} Layers are
   * counted as in Keras' {@code model.layers}, input and pooling included; see {@link
   * dev.finetune.graph.LayerGraph#counted()}. More layers than the backbone has are an {@link
   * IllegalArgumentException} when the strategy is applied.
   *
   * @param trainable the number of trainable layers, from 0 (all frozen) to the number of layers
   *     (none frozen)
   * @throws IllegalArgumentException if {@code trainable} is negative
   */
  public static FreezeStrategy allBut(int trainable) {
    checkArgument(trainable >= 0, "The number of trainable layers must be >= 0, got %s", trainable);
    return new Described(
        "all but the last " + trainable,
        graph -> {
          List<String> counted = graph.counted();
          int layers = counted.size();
          checkArgument(
              trainable <= layers,
              "The number of trainable layers must be <= %s, the number of the backbone's layers,"
                  + " got %s",
              layers,
              trainable);
          List<String> all = graph.names().asList();
          int first = trainable == 0 ? all.size() : all.indexOf(counted.get(layers - trainable));
          return ImmutableSet.copyOf(all.subList(0, first));
        });
  }

  /**
   * {@return a strategy that freezes a layer and all layers it depends on} An unknown name is an
   * {@link IllegalArgumentException} when the strategy is applied.
   *
   * @param layerName the name of a layer of the backbone
   */
  public static FreezeStrategy upTo(String layerName) {
    return new Described("up to " + layerName, graph -> graph.closure(List.of(layerName)));
  }

  /**
   * {@return a strategy that freezes the first stages of a backbone} See {@link
   * dev.finetune.graph.LayerGraph#stages()}. More stages than the backbone has are an {@link
   * IllegalArgumentException} when the strategy is applied.
   *
   * @param stages the number of frozen stages, from 0 (none)
   * @throws IllegalArgumentException if {@code stages} is negative
   */
  public static FreezeStrategy upToStage(int stages) {
    checkArgument(stages >= 0, "The number of frozen stages must be >= 0, got %s", stages);
    return new Described(
        "up to stage " + stages,
        graph -> {
          checkArgument(
              stages <= graph.stages().size(),
              "The number of frozen stages must be <= %s, the number of the backbone's stages,"
                  + " which end with the layers %s, got %s",
              graph.stages().size(),
              graph.stages(),
              stages);
          return stages == 0
              ? ImmutableSet.of()
              : graph.closure(List.of(graph.stages().get(stages - 1)));
        });
  }

  /**
   * {@return a strategy that freezes exactly the named layers}
   *
   * @param names the names of the layers
   */
  public static FreezeStrategy layers(String... names) {
    ImmutableSet<String> frozen = ImmutableSet.copyOf(names);
    return new Described("layers " + String.join(", ", frozen), graph -> frozen);
  }
}
