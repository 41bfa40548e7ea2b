package dev.finetune.benchmarks;

import dev.finetune.FineTunePlan;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.Engines;
import dev.finetune.engine.NormPolicy;
import dev.finetune.engine.TrainableNetwork;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Shape;
import dev.finetune.internal.network.Networks;
import dev.finetune.internal.onednn.OneDnnTraining;
import dev.finetune.internal.onednn.OperationTimes;
import dev.finetune.internal.training.Cut;
import dev.finetune.internal.training.Learner;
import dev.finetune.internal.training.UpdatePlan;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import java.util.List;

/** This library with the stem's features computed: a step over the tail. */
final class FineTuneContender implements TrainingContender {

  private final Learner learner;
  private final Batch batch;
  private final Targets labels;
  private final OperationTimes times = new OperationTimes();
  private long seed;

  FineTuneContender(Task task, int batchSize) {
    FineTunePlan plan = task.plan();
    Weights weights = RandomWeights.glorot(plan.graph(), 1);
    Cut cut = Cut.of(plan.graph(), plan.frozenLayers());
    EngineOptions options = EngineOptions.defaults();
    TrainableNetwork network =
        Networks.training(
            cut.tail(), cut.frozenInTail(), weights, NormPolicy.ownMomentum(), options);
    learner =
        new Learner(
            network,
            CrossEntropy.crossEntropy(),
            UpdatePlan.of(Adam.adam(1e-4)),
            options.threads());
    List<Shape> inputs = cut.tail().inputs().stream().map(Node::output).toList();
    batch = Batch.of(RandomData.examples(batchSize, inputs));
    labels = Targets.classes(RandomData.labels(batchSize));
    if (Boolean.getBoolean("finetune.profile") && network instanceof OneDnnTraining measured) {
      measured.measure(times);
    }
  }

  @Override
  public void step() {
    learner.step(batch, labels, seed++);
  }

  @Override
  public String describe() {
    return Engines.find(EngineOptions.defaults()).describe();
  }

  @Override
  public void close() {
    if (Boolean.getBoolean("finetune.profile")) {
      System.out.println("Times of all steps by operation, warm-up included:\n" + times.report());
    }
    learner.close();
  }
}
