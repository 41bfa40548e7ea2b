package dev.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.image.Pixels;
import dev.finetune.testing.OwnClassLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads a model in real processes where the class loader of the first thread finds no engine. */
class OwnClassLoaderTest {

  @TempDir Path folder;

  /** A program that loads a model with an engine and prints the class of a dark image. */
  public static final class Load {
    private Load() {}

    public static void main(String[] args) throws IOException {
      Path file = Path.of(args[0]);
      try (FineTunedModel model = FineTunedModel.load(file, o -> o.engine(args[1]))) {
        System.out.println("classified " + classify(model));
      }
    }
  }

  private static String classify(FineTunedModel model) {
    return model.classify(Pixels.ofPlanes(8, 8, new float[3 * 8 * 8])).best().className();
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "dl4j"})
  void should_load_a_model_whichever_thread_is_first(String engine) throws Exception {
    Path file = folder.resolve("model.zip");
    String right;
    try (FineTunedModel model = SmallTraining.train(SmallTraining.OPTIONS.epochs(1))) {
      model.save(file);
      right = "classified " + classify(model);
    }

    String output =
        OwnClassLoader.run(
            Files.createDirectory(folder.resolve("start")),
            "pool",
            Load.class,
            file.toString(),
            engine);

    assertThat(output.lines().filter(line -> line.startsWith("classified")))
        .as(output)
        .containsExactly(right, right);
  }
}
