package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.finetune.FineTunedModel;
import dev.finetune.datasets.Images;
import dev.finetune.evaluate.Prediction;
import dev.finetune.image.Pixels;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
      "The result is a CSV file with a line for each image, in the order of the paths. An image"
          + " that cannot be read has the reason in the last column; then the exit code is 1."
    },
    footer = {
      "  " + Main.NAME + " predict flowers-out/model.zip photos --out photos.csv",
      "  " + Main.NAME + " predict flowers-out/model.zip photos --top 3 --out p.csv"
    })
final class PredictCommand implements Callable<Integer> {

  private static final String OUT = "--out";
  private static final int BATCH = 64;

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
      names = "--top",
      paramLabel = "N",
      defaultValue = "1",
      converter = Converters.Count.class,
      description = "The number of classes per image (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private ComputeOptions compute;
  @Mixin private Output output;
  @Spec private CommandSpec spec;

  /** A decoded image, or the reason why there is none. */
  private record Decoded(@Nullable Pixels pixels, String problem) {}

  @Override
  public Integer call() throws Exception {
    PathChecks.outputFile(OUT, out);
    List<Path> images =
        Images.list(PathChecks.directory("DIR", "a directory of images", directory));
    if (images.isEmpty()) {
      throw new IOException("DIR must be a directory of images, and " + directory + " has none");
    }
    int[] bad = {0};
    try (FineTunedModel model = compute.load(file)) {
      int classes = Math.min(top, model.classNames().size());
      AtomicOutput.write(
          out,
          to -> {
            try (Writer writer = Files.newBufferedWriter(to)) {
              bad[0] = write(model, images, classes, writer);
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
  private int write(FineTunedModel model, List<Path> images, int classes, Writer writer)
      throws IOException {
    List<String> header = new ArrayList<>(List.of("path", "class", "probability"));
    for (int i = 2; i <= classes; i++) {
      header.addAll(List.of("class" + i, "probability" + i));
    }
    header.add("error");
    writer.write(Csv.line(header));
    int bad = 0;
    for (int from = 0; from < images.size(); from += BATCH) {
      List<Path> batch = images.subList(from, Math.min(from + BATCH, images.size()));
      List<Decoded> decoded = batch.stream().parallel().map(PredictCommand::decode).toList();
      List<Pixels> pixels = new ArrayList<>();
      for (Decoded image : decoded) {
        if (image.pixels() != null) {
          pixels.add(image.pixels());
        }
      }
      List<Prediction> predictions = model.classify(pixels);
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        boolean read = decoded.get(i).pixels() != null;
        List<String> line = new ArrayList<>();
        line.add(directory.relativize(batch.get(i)).toString().replace('\\', '/'));
        for (int j = 0; j < classes; j++) {
          line.addAll(read ? score(predictions.get(next), j) : List.of("", ""));
        }
        line.add(decoded.get(i).problem());
        writer.write(Csv.line(line));
        next += read ? 1 : 0;
        bad += read ? 0 : 1;
      }
    }
    return bad;
  }

  private static Decoded decode(Path image) {
    try {
      return new Decoded(Images.read(image), "");
    } catch (IOException e) {
      return new Decoded(null, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> score(Prediction prediction, int rank) {
    Prediction.Score score = prediction.top(rank + 1).get(rank);
    return List.of(score.className(), String.format(Locale.ROOT, "%.6f", score.probability()));
  }
}
