package dev.finetune.internal.dl4j;

import java.util.List;
import org.deeplearning4j.nn.api.FwdPassType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A Deeplearning4j graph that gives the activations of any layer and keeps no others. */
final class OutputGraph extends ComputationGraph {

  private static final long serialVersionUID = 1L;

  OutputGraph(ComputationGraphConfiguration configuration) {
    super(configuration);
  }

  /** The activations of these layers in inference, in memory of their own. */
  INDArray[] outputsOf(List<String> layers, INDArray[] inputs) {
    int[] indices = layers.stream().mapToInt(name -> getVertex(name).getVertexIndex()).toArray();
    return outputOfLayersDetached(
        false, FwdPassType.STANDARD, indices, inputs, null, null, true, false, null);
  }
}
