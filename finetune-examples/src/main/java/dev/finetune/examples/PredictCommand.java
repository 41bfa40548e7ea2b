package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.common.collect.ImmutableList;
import dev.finetune.FineTunedModel;
import dev.finetune.TagModel;
import dev.finetune.TrainedModel;
import dev.finetune.ValueModel;
import dev.finetune.datasets.Images;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Classifies the images of a folder. */
@Command(
    name = "predict",
    description = {
      "Classify all images in a directory, and in the directories in it, with a saved model.",
      "The result is a CSV file with a line for each image, in the order of the paths: with the"
          + " class and its probability, the tags and the probability of each, or the values. An"
          + " image that cannot be read has the reason in the last column; then the exit code is"
          + " 1."
    },
    footer = {
      "  " + Main.NAME + " predict flowers-out/model.zip photos --out photos.csv",
      "  " + Main.NAME + " predict flowers-out/model.zip photos --top 3 --out p.csv"
    })
final class PredictCommand implements Callable<Integer> {

  private static final String OUT = "--out";
  private static final String TOP = "--top";
  private static final int BATCH = 64;

  /** Fewer images are classified at a time if they take more: a photograph has 36 MB and more. */
  private static final long DECODED_BYTES = Runtime.getRuntime().maxMemory() / 8;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "The file of a saved model, such as the model.zip of train.")
  private Path file;

  @Parameters(index = "1", paramLabel = "DIR", description = "The directory of the images.")
  private Path directory;

  @Option(names = OUT, required = true, paramLabel = "FILE.csv", description = "The file to write.")
  private Path out;

  @Option(
      names = TOP,
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "The number of classes per image (default: 1).")
  private @Nullable Integer top;

  @Mixin private ModelViewsOption views;
  @Mixin private ComputeOptions compute;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  /** A decoded image, or the reason why there is none. */
  private record Decoded(Path file, @Nullable Pixels pixels, String problem) {
    long bytes() {
      return pixels == null ? 0 : pixels.heapBytes();
    }
  }

  /**
   * What a model says about images.
   *
   * @param columns the columns of the table
   * @param predict returns their values for each image
   */
  private record Predictor(
      List<String> columns, Function<List<Pixels>, List<List<String>>> predict) {}

  @Override
  public Integer call() throws Exception {
    PathChecks.outputFile(OUT, out);
    List<Path> images =
        Images.list(PathChecks.directory("DIR", "a directory of images", directory));
    if (images.isEmpty()) {
      throw new IOException("DIR must be a directory of images, and " + directory + " has none");
    }
    int[] bad = {0};
    try (TrainedModel model = views.apply(compute.loadAny(file))) {
      Predictor predictor = predictor(model);
      ColourRule colours = model.colours();
      AtomicOutput.write(
          out,
          to -> {
            try (Writer writer = Files.newBufferedWriter(to)) {
              bad[0] = write(predictor, images, colours, writer);
            }
          });
    }
    output.text(images.size() + " images: " + out);
    if (bad[0] > 0) {
      Failures.print(
          spec.commandLine().getErr(),
          bad[0]
              + " of "
              + images.size()
              + " images cannot be read: see the column error in "
              + out);
    }
    output.result(
        JsonNodeFactory.instance
            .objectNode()
            .put("file", out.toString())
            .put("images", images.size())
            .put("bad", bad[0]));
    return bad[0] > 0 ? 1 : 0;
  }

  /** Writes the table. Returns the number of images that cannot be read. */
  private int write(Predictor predictor, List<Path> images, ColourRule colours, Writer writer)
      throws IOException {
    writer.write(line("path", predictor.columns(), "error"));
    int at = Math.min(BATCH, Runtime.getRuntime().availableProcessors());
    List<Decoded> decoded = new ArrayList<>();
    int bad = 0;
    for (int from = 0; from < images.size(); from += at) {
      List<Path> next = images.subList(from, Math.min(from + at, images.size()));
      decoded.addAll(next.stream().parallel().map(file -> decode(file, colours)).toList());
      boolean last = from + at >= images.size();
      if (last
          || decoded.size() > BATCH - at
          || decoded.stream().mapToLong(Decoded::bytes).sum() > DECODED_BYTES) {
        bad += write(predictor, writer, decoded);
        decoded.clear();
      }
    }
    return bad;
  }

  /** Writes lines of the table. Returns the number of images that cannot be read. */
  private int write(Predictor predictor, Writer writer, List<Decoded> decoded) throws IOException {
    List<Pixels> pixels = new ArrayList<>();
    for (Decoded image : decoded) {
      if (image.pixels() != null) {
        pixels.add(image.pixels());
      }
    }
    List<String> nothing = Collections.nCopies(predictor.columns().size(), "");
    Iterator<List<String>> predictions = predictor.predict().apply(pixels).iterator();
    int bad = 0;
    for (Decoded image : decoded) {
      boolean read = image.pixels() != null;
      String path = directory.relativize(image.file()).toString().replace('\\', '/');
      writer.write(line(path, read ? predictions.next() : nothing, image.problem()));
      bad += read ? 0 : 1;
    }
    return bad;
  }

  private static Decoded decode(Path image, ColourRule colours) {
    try {
      return new Decoded(image, Images.read(image, colours), "");
    } catch (IOException e) {
      return new Decoded(image, null, String.valueOf(e.getMessage()));
    }
  }

  private static String line(String path, List<String> columns, String problem) {
    return Csv.line(ImmutableList.<String>builder().add(path).addAll(columns).add(problem).build());
  }

  private Predictor predictor(TrainedModel model) {
    if (model instanceof FineTunedModel classes) {
      return classes(classes);
    } else if (top != null) {
      throw WrongCall.must("come with a model of classes", "a model of tags or values").of(TOP);
    }
    return model instanceof TagModel tags ? tags(tags) : values((ValueModel) model);
  }

  private Predictor classes(FineTunedModel model) {
    int count = Math.min(Objects.requireNonNullElse(top, 1), model.classNames().size());
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String suffix = i == 1 ? "" : Integer.toString(i);
      columns.addAll(List.of("class" + suffix, "probability" + suffix));
    }
    return new Predictor(
        columns,
        images ->
            model.classify(images).stream()
                .map(
                    prediction ->
                        prediction.top(count).stream()
                            .flatMap(
                                score ->
                                    Stream.of(score.className(), Csv.number(score.probability())))
                            .toList())
                .toList());
  }

  private static Predictor tags(TagModel model) {
    return new Predictor(
        ImmutableList.<String>builder().add("tags").addAll(model.tagNames()).build(),
        images ->
            model.tags(images).stream()
                .map(
                    prediction ->
                        Stream.concat(
                                Stream.of(String.join(";", prediction.tags())),
                                prediction.probabilities().stream().map(Csv::number))
                            .toList())
                .toList());
  }

  private static Predictor values(ValueModel model) {
    return new Predictor(
        model.valueNames(),
        images ->
            model.values(images).stream()
                .map(values -> Arrays.stream(values).mapToObj(Csv::number).toList())
                .toList());
  }
}
