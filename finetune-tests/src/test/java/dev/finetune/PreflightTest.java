package dev.finetune;

import static dev.finetune.head.HeadLayers.globalAveragePooling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.backbone.Backbone;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.layer.Activation;
import dev.finetune.graph.layer.Conv2d;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.Padding;
import dev.finetune.graph.layer.Shape;
import dev.finetune.image.InputSpec;
import dev.finetune.image.Preprocessing;
import dev.finetune.testing.SyntheticImages;
import dev.finetune.train.EpochResult;
import dev.finetune.train.MemoryEstimate;
import dev.finetune.train.TrainOptions;
import dev.finetune.train.TrainingObserver;
import dev.finetune.weights.RandomWeights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Training that does not fit into memory is refused before it starts, in separate processes. */
class PreflightTest {

  private static final int SIDE = 96;

  private static Backbone backbone() {
    LayerGraph graph =
        LayerGraph.builder()
            .add("in", new Input(Shape.image(3, SIDE, SIDE)))
            .then("first", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
            .then("second", new Conv2d(64, 3, 1, Padding.SAME, true, Activation.RELU))
            .build();
    return Backbone.of(
        "wide",
        new InputSpec(SIDE, SIDE, Preprocessing.TF),
        graph,
        RandomWeights.glorot(graph, 1),
        "seed 1");
  }

  /**
   * The program of the processes; its arguments are what to freeze, or "growing" for smaller images
   * in the first epoch, and the batch size.
   */
  public static final class Train {
    private Train() {}

    public static void main(String[] args) {
      FineTune tuning = FineTune.from(backbone()).classes(2);
      FineTunePlan plan =
          (args[0].equals("all")
                  ? tuning.freezeAll().head()
                  : sized(tuning, args[0]).freezeNone().head(globalAveragePooling()))
              .plan();
      SyntheticImages train = new SyntheticImages(2, 60, 8, 1);
      SyntheticImages valid = new SyntheticImages(2, 2, 8, 2);
      TrainOptions options =
          TrainOptions.defaults()
              .epochs(args[0].equals("growing") ? 2 : 1)
              .batch(Integer.parseInt(args[1]))
              .observer(new Native());
      try {
        plan.train(train, valid, options);
        System.out.println("trained");
      } catch (IllegalStateException e) {
        System.out.println("refused: " + e.getMessage());
        estimate(() -> plan.estimate(train, valid, options));
      }
    }

    private static FineTune sized(FineTune tuning, String argument) {
      return argument.equals("growing") ? tuning.smallerUntil(1, 8) : tuning;
    }

    private static void estimate(Runnable estimate) {
      try {
        estimate.run();
        System.out.println("estimated");
      } catch (IllegalStateException e) {
        System.out.println("not estimated: " + e.getMessage());
      }
    }
  }

  /** Prints the predicted native memory, and what is allocated in the end. */
  private static final class Native implements TrainingObserver {
    private long predicted;

    @Override
    public void memoryEstimated(MemoryEstimate value) {
      predicted = value.nativeBytes();
    }

    @Override
    public void epochEnded(EpochResult result) {
      System.out.println("predicted " + predicted + ", allocated " + Pointer.totalBytes());
    }
  }

  private static String run(String frozen, int batch, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Train.class.getName(),
            frozen,
            String.valueOf(batch)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // oneDNN's scratch memory depends on the number of threads, which must not vary by machine.
    builder.environment().put("OMP_NUM_THREADS", "2");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void should_name_the_largest_batch_that_fits_and_train_with_it()
      throws IOException, InterruptedException {
    String[] little = {
      "-Xmx600m",
      "-Dorg.bytedeco.javacpp.maxbytes=150m",
      "-Dorg.bytedeco.javacpp.maxphysicalbytes=4g"
    };

    String refused = run("none", 48, little);

    assertThat(refused).contains("refused: ", "with batch size 48", "0.1", "maxbytes");
    assertThat(refused).containsPattern("not estimated: .* with batch size 48");
    Matcher largest = Pattern.compile("largest batch that fits is (\\d+)").matcher(refused);
    assertThat(largest.find()).isTrue();
    int batch = Integer.parseInt(largest.group(1));
    assertThat(batch).isBetween(2, 47);
    assertThat(run("none", batch, little)).contains("trained");
    assertThat(run("none", batch + 1, little)).contains("refused");
  }

  @Test
  void should_refuse_features_that_do_not_fit_into_the_heap()
      throws IOException, InterruptedException {
    String refused = run("all", 4, "-Xmx120m", "-Dorg.bytedeco.javacpp.maxbytes=2g");

    assertThat(refused)
        .contains("refused: ", "outputs of the frozen stem need 0.15 GB", "FeatureCache.at")
        .containsPattern("not estimated: .* outputs of the frozen stem need 0.15 GB");
  }

  /** The first epoch would fit, and the second one would not. */
  @Test
  void should_refuse_larger_images_before_smaller_ones_train()
      throws IOException, InterruptedException {
    String refused = run("growing", 48, "-Xmx600m", "-Dorg.bytedeco.javacpp.maxbytes=150m");

    assertThat(refused)
        .contains("refused: ", "with batch size 48")
        .containsPattern("not estimated: .* with batch size 48")
        .doesNotContain("allocated");
  }

  /** A step has at most as many images as the dataset, so a larger batch needs no more memory. */
  @Test
  void should_limit_the_batch_to_the_dataset() throws IOException, InterruptedException {
    String[] little = {"-Xmx600m", "-Dorg.bytedeco.javacpp.maxbytes=150m"};

    String refused = run("none", 5000, little);

    assertThat(refused).contains("with batch size 60 it needs");
    assertThat(refused.lines().filter(line -> line.startsWith("refused")).findFirst())
        .isEqualTo(
            run("none", 60, little).lines().filter(l -> l.startsWith("refused")).findFirst());
  }

  /** Compares the prediction with JavaCPP's allocations after the last step. */
  @Test
  void should_predict_the_native_memory() throws IOException, InterruptedException {
    String output = run("none", 8, "-Xmx600m", "-Dorg.bytedeco.javacpp.maxbytes=2g");

    Matcher numbers = Pattern.compile("predicted (\\d+), allocated (\\d+)").matcher(output);
    assertThat(numbers.find()).as(output).isTrue();
    assertThat(Double.parseDouble(numbers.group(1)) / Double.parseDouble(numbers.group(2)))
        .isBetween(0.8, 1.25);
  }
}
