package dev.finetune.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the fuzzer calls. The system property {@code finetune.fuzz.target} chooses the target. */
public final class FuzzEntry {

  private static final Target TARGET =
      Target.valueOf(System.getProperty("finetune.fuzz.target", Target.SAFETENSORS.name()));

  private static final Path FOLDER = Path.of(System.getProperty("finetune.fuzz.folder", "fuzz"));

  private FuzzEntry() {}

  /** Creates the folder for files, and has classes loaded, which takes longer than an input may. */
  public static void fuzzerInitialize() throws IOException {
    Files.createDirectories(FOLDER);
    for (byte[] seed : new Seeds(Path.of("")).of(TARGET, FOLDER)) {
      TARGET.run(FOLDER, seed);
    }
  }

  /**
   * Reads an input.
   *
   * @param input the bytes of a file
   */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    TARGET.run(FOLDER, input);
  }
}
