package dev.finetune.benchmarks;

import dev.finetune.FineTunePlan;
import dev.finetune.dl4j.Dl4jModels;
import dev.finetune.weights.RandomWeights;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Deeplearning4j as its users would train: the graph that this library exports, {@code
 * TransferLearning} with a feature extractor where layers are frozen, and {@code fit}.
 */
final class Dl4jContender implements TrainingContender {

  private final ComputationGraph graph;
  private final INDArray images;
  private final INDArray labels;

  Dl4jContender(Task task, int batchSize) {
    FineTunePlan plan = task.plan();
    ComputationGraph whole = Dl4jModels.graph(plan.graph(), RandomWeights.glorot(plan.graph(), 1));
    graph = task.frozenLayers() == 0 ? whole : frozen(whole, plan);
    images =
        Nd4j.createFromArray(RandomData.images(batchSize))
            .reshape('c', batchSize, 3, Task.SIDE, Task.SIDE);
    labels = Nd4j.zeros(batchSize, Task.CLASSES);
    int[] classes = RandomData.labels(batchSize);
    for (int i = 0; i < batchSize; i++) {
      labels.putScalar(i, classes[i], 1);
    }
  }

  private static ComputationGraph frozen(ComputationGraph whole, FineTunePlan plan) {
    List<String> order =
        plan.graph().nodes().stream()
            .map(n -> n.name())
            .filter(plan.frozenLayers()::contains)
            .toList();
    return new TransferLearning.GraphBuilder(whole)
        .fineTuneConfiguration(
            new FineTuneConfiguration.Builder().updater(new Adam(1e-4)).seed(1).build())
        .setFeatureExtractor(order.get(order.size() - 1))
        .build();
  }

  @Override
  public void step() {
    graph.fit(new INDArray[] {images}, new INDArray[] {labels});
  }

  @Override
  public String describe() {
    return "Deeplearning4j 1.0.0-M2.1, "
        + Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
  }

  @Override
  public void close() {
    graph.close();
  }
}
