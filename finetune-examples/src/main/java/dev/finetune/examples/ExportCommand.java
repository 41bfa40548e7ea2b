package dev.finetune.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.finetune.FineTunedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a saved model in the format of another library. */
@Command(
    name = "export",
    description = "Write a saved model in the format of another library.",
    footer = {"  " + Main.NAME + " export gtsrb-out/model.zip --to dl4j signs-dl4j.zip"})
final class ExportCommand implements Callable<Integer> {

  /** A format of another library. */
  enum Format {
    DL4J
  }

  /** A format by its name in lower case. */
  static final class FormatName implements ITypeConverter<Format>, Iterable<String> {
    private static final String DL4J = "dl4j";

    @Override
    public Format convert(String text) {
      if (!text.equalsIgnoreCase(DL4J)) {
        throw WrongCall.must("be " + DL4J, text);
      }
      return Format.DL4J;
    }

    @Override
    public Iterator<String> iterator() {
      return List.of(DL4J).iterator();
    }
  }

  @Parameters(index = "0", paramLabel = "MODEL", description = "The file of a saved model.")
  private Path model;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private Path file;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      converter = FormatName.class,
      completionCandidates = FormatName.class,
      description =
          "The format. dl4j: a zip that Deeplearning4j's ModelSerializer reads, without class names"
              + " and preprocessing.")
  private Format to;

  @Mixin private ComputeOptions compute;
  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    PathChecks.outputFile("FILE", file);
    try (FineTunedModel loaded = compute.load(model)) {
      if (!loaded.views().isNone()) {
        throw new IOException(
            model
                + ": a model to export must not average over views, because the export has one"
                + " forward pass; got the views "
                + loaded.views());
      }
      switch (to) {
        case DL4J -> Dl4jExport.write(loaded, file);
      }
    }
    long bytes = Files.size(file);
    output.text(file + ": " + bytes + " bytes");
    output.result(
        JsonNodeFactory.instance.objectNode().put("file", file.toString()).put("bytes", bytes));
    return 0;
  }
}
