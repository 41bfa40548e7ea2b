package dev.finetune.benchmarks;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * An experiment with killed trainings: runs the command {@code train}, kills its process at random
 * moments and continues it with {@code --resume}. Every second kill waits until a checkpoint is
 * being written. Whenever a training gets to its end, its weights must have the bits of a training
 * that was never interrupted, and its folder the same files.
 */
public final class KillExperiment {

  private final Path folder;
  private final List<String> command;
  private final Random random = new Random(1);
  private int duringWriting;
  private int elsewhere;

  private KillExperiment(Path folder, List<String> command) {
    this.folder = folder;
    this.command = command;
  }

  /**
   * Runs the experiment.
   *
   * @param args the number of kills; an empty directory; then the command line of a training
   *     without {@code --out} and {@code --resume}, from {@code java} on
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    new KillExperiment(Path.of(args[1]), Arrays.asList(args).subList(2, args.length))
        .run(Integer.parseInt(args[0]));
  }

  private void run(int kills) throws IOException, InterruptedException {
    Path reference = folder.resolve("reference");
    long start = System.nanoTime();
    checkState(start(reference).waitFor() == 0, "The uninterrupted training must succeed");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    String bits = weights(reference);
    List<String> files = files(reference);
    System.out.printf("uninterrupted: %d ms, weights %s, files %s%n", millis, bits, files);
    int completed = 0;
    int different = 0;
    int withOtherFiles = 0;
    Path out = folder.resolve("killed");
    while (duringWriting + elsewhere < kills || Files.exists(out)) {
      if (duringWriting + elsewhere < kills && killed(out, millis)) {
        continue;
      }
      if (!Files.exists(out.resolve("model.zip"))) {
        int status = start(out).waitFor();
        checkState(status == 0, "A resumed training must succeed, got exit code %s", status);
      }
      completed++;
      different += weights(out).equals(bits) ? 0 : 1;
      if (!files(out).equals(files)) {
        withOtherFiles++;
        System.out.println("other files: " + files(out));
      }
      delete(out);
    }
    System.out.printf(
        "%d kills, %d of them while a checkpoint was written; %d trainings completed, %d with other"
            + " bits, %d with other files%n",
        duringWriting + elsewhere, duringWriting, completed, different, withOtherFiles);
  }

  /** Starts or resumes the training and kills it. Returns false if it ended before. */
  private boolean killed(Path out, long millis) throws IOException, InterruptedException {
    boolean inWriting = duringWriting <= elsewhere;
    Process process = start(out);
    if (inWriting) {
      // Lets some states pass, so that not only the first one of a run is hit.
      int pass = random.nextInt(3);
      boolean before = false;
      while (process.isAlive()) {
        boolean now = unfinished(out);
        if (now && !before && pass-- == 0) {
          break;
        }
        before = now;
      }
    } else {
      process.waitFor(random.nextInt((int) millis), TimeUnit.MILLISECONDS);
    }
    boolean alive = process.isAlive();
    process.destroyForcibly().waitFor(); // SIGKILL
    if (alive && inWriting) {
      duringWriting++;
    } else if (alive) {
      elsewhere++;
    }
    return alive;
  }

  private static boolean unfinished(Path out) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(out.resolve("checkpoint"), "*.tmp")) {
      return files.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private Process start(Path out) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--resume", "--out", out.toString()));
    return new ProcessBuilder(all)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  /** Returns a hash of the weights of a model. */
  private static String weights(Path out) throws IOException {
    try (ZipFile zip = new ZipFile(out.resolve("model.zip").toFile())) {
      return Hashing.sha256()
          .hashBytes(zip.getInputStream(zip.getEntry("weights.safetensors")).readAllBytes())
          .toString()
          .substring(0, 16);
    }
  }

  private static List<String> files(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      return files.map(file -> out.relativize(file).toString()).sorted().toList();
    }
  }

  private static void delete(Path out) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
