package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.finetune.FineTunedModel;
import dev.finetune.dl4j.Dl4jModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a saved model in another library's format. */
@Command(
    name = "export",
    description = "Write a saved model as another library opens it.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

  /** Whose format is written. */
  enum Format {
    DL4J
  }

  @Mixin private Output output;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A saved model's file.")
  private Path model;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description =
          "dl4j: a zip that Deeplearning4j's ModelSerializer opens; without class names and"
              + " preprocessing.")
  private Format to;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to be written.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    FineTunedModel loaded = FineTunedModel.load(model);
    switch (to) {
      case DL4J -> Dl4jModels.write(loaded, file);
    }
    long bytes = Files.size(file);
    output.text(file + ": " + bytes + " bytes");
    output.result(
        JsonNodeFactory.instance.objectNode().put("file", file.toString()).put("bytes", bytes));
    return 0;
  }
}
