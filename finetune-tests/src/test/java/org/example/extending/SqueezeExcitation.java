package org.example.extending;

import dev.finetune.graph.Block;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.GlobalAveragePool;
import dev.finetune.graph.layer.Multiply;
import dev.finetune.graph.layer.Padding;

/**
 * Squeeze and excitation as an application's block: each channel is multiplied by a factor that is
 * computed from the means of all channels (J. Hu et al., "Squeeze-and-Excitation Networks", CVPR
 * 2018).
 *
 * @param fewer the number of channels between the two convolutions
 */
record SqueezeExcitation(int fewer) implements Block {

  @Override
  public void addTo(LayerGraph.Builder graph, String name, String... inputs) {
    int channels = graph.shape(inputs[0]).channels();
    graph
        .add(name + "/mean", new GlobalAveragePool(true), inputs)
        .then(name + "/fewer", new Conv2d(fewer, 1, 1, Padding.VALID, true, Activation.RELU))
        .then(name + "/gate", new Conv2d(channels, 1, 1, Padding.VALID, true, Activation.SIGMOID))
        .add(name, new Multiply(), inputs[0], name + "/gate");
  }
}
