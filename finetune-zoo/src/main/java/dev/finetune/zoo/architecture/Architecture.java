package dev.finetune.zoo.architecture;

import dev.finetune.graph.LayerGraph;
import dev.finetune.zoo.download.WeightFile;
import java.util.Map;
import java.util.Optional;

/** A network of the zoo, as data. */
public interface Architecture {

  /** Its name on the command line and in reports. */
  String name();

  /** Side of the square images it was trained on. */
  int defaultSize();

  /** Its layers for square images of that side, named as in Keras. */
  LayerGraph graph(int size, Top top);

  /**
   * What a PyTorch tensor name begins with, up to the last dot, for each layer with parameters: the
   * names of torchvision.
   */
  Map<String, String> torchNames();

  /** The Keras weights with or without the classifier; empty if there is no verifiable source. */
  Optional<WeightFile> kerasWeights(boolean withTop);
}
