package dev.finetune.benchmarks;

import static dev.finetune.head.HeadLayers.dense;
import static dev.finetune.head.HeadLayers.dropout;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.ImageClassifier;
import dev.finetune.datasets.DrawnSigns;
import dev.finetune.engine.Batch;
import dev.finetune.engine.EngineOptions;
import dev.finetune.engine.NormPolicy;
import dev.finetune.graph.Node;
import dev.finetune.image.Pixels;
import dev.finetune.internal.training.Cut;
import dev.finetune.internal.training.Learner;
import dev.finetune.loss.CrossEntropy;
import dev.finetune.loss.Targets;
import dev.finetune.train.Adam;
import dev.finetune.weights.RandomWeights;
import dev.finetune.weights.Weights;
import dev.finetune.zoo.Zoo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The program that {@link ContentionBenchmark} runs in a separate JVM. It prints a line for each
 * situation.
 */
public final class ContentionSituations {

  static final String RESULT = "RESULT";

  private static final int WARM_UP = 5;
  private static final int STEPS = 15;
  private static final int IMAGES = 320;
  private static final int THREADS = 16;
  private static final int ROUNDS = 9;

  private ContentionSituations() {}

  /**
   * Measures all situations, or the quiet one alone.
   *
   * @param args the backbone, the batch size, and {@code all} or only {@code quiet}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean all = args[2].equals("all");
    FineTunePlan plan =
        FineTune.from(Zoo.byName(args[0]).randomWeights(1))
            .freezeNone()
            .head(dense(128), dropout(0.6))
            .classes(Task.CLASSES)
            .plan();
    Weights weights = RandomWeights.glorot(plan.graph(), 1);
    steps(plan, weights, Integer.parseInt(args[1]), all);
    if (all) {
      classify(plan, weights);
    }
    System.exit(0); // even if threads are left
  }

  private static void steps(FineTunePlan plan, Weights weights, int size, boolean all)
      throws IOException {
    Cut cut = Cut.of(plan.graph(), plan.frozenLayers());
    Batch batch =
        Batch.of(
            RandomData.examples(size, cut.tail().inputs().stream().map(Node::output).toList()));
    Targets labels = Targets.classes(RandomData.labels(size));
    EngineOptions options = EngineOptions.defaults();
    try (Learner learner =
        Learner.of(
            cut.tail(),
            cut.frozenInTail(),
            weights,
            NormPolicy.ownMomentum(),
            options,
            CrossEntropy.crossEntropy(),
            Adam.adam(1e-4))) {
      Runnable step = () -> learner.step(batch, labels, 1);
      times(step, WARM_UP);
      print("quiet", times(step, STEPS));
      for (int busy : all ? new int[] {1, 4} : new int[0]) {
        try (BusyProcesses beside = new BusyProcesses(busy)) {
          Runtime.getRuntime().addShutdownHook(new Thread(beside::close));
          times(step, 2);
          print("beside " + busy + " busy", times(step, STEPS));
        }
      }
    }
  }

  private static void classify(FineTunePlan plan, Weights weights) throws InterruptedException {
    ImageClassifier classifier = Task.classifier(plan, weights);
    Pixels image = DrawnSigns.of(DrawnSigns.Task.SIGNS, 1, 64, 1).load(0);
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    classify(classifier, image, 1);
    classify(classifier, image, THREADS);
    for (int round = 0; round < ROUNDS; round++) { // alternating, as the machine's speed drifts
      alone.add(classify(classifier, image, 1));
      together.add(classify(classifier, image, THREADS));
    }
    print("classify, 1 threads", alone);
    print("classify, " + THREADS + " threads", together);
  }

  /** Returns the mean time per image in seconds. */
  private static double classify(ImageClassifier classifier, Pixels image, int threads)
      throws InterruptedException {
    long start = System.nanoTime();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                for (int k = 0; k < IMAGES / threads; k++) {
                  classifier.classify(image);
                }
              });
      thread.start();
      all.add(thread);
    }
    for (Thread thread : all) {
      thread.join();
    }
    return (System.nanoTime() - start) / 1e9 / IMAGES;
  }

  private static List<Double> times(Runnable task, int count) {
    Stopwatch stopwatch = new Stopwatch();
    for (int i = 0; i < count; i++) {
      stopwatch.run(task);
    }
    return stopwatch.measured(0);
  }

  private static void print(String situation, List<Double> seconds) {
    System.out.println(
        RESULT
            + "\t"
            + situation
            + "\t"
            + seconds.stream()
                .map(s -> String.format(Locale.ROOT, "%.6f", s))
                .collect(Collectors.joining(",")));
  }
}
