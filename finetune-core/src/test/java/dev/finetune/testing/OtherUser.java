package dev.finetune.testing;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs programs as a user whom the modes of files bind. For root this is a user id without an entry
 * among the users, who gets copies of the class path; for anyone else it is the same user.
 */
public final class OtherUser {

  private static final String ID = "12345";

  private final List<String> prefix;
  private final String classPath;

  private OtherUser(List<String> prefix, String classPath) {
    this.prefix = List.copyOf(prefix);
    this.classPath = classPath;
  }

  /**
   * Prepares a class path. Skips the test where there are no modes, and where root cannot become
   * another user who reads the folder.
   *
   * @param folder an empty folder for copies, which becomes readable for all
   * @param classes one class of each folder or jar of the class path
   */
  public static OtherUser in(Path folder, Class<?>... classes) throws IOException {
    List<Path> entries = Stream.of(classes).map(OtherUser::source).distinct().toList();
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"),
        "The file system must have modes");
    if (!"root".equals(System.getProperty("user.name"))) {
      return new OtherUser(List.of(), joined(entries));
    }
    mode(folder, "rwxr-xr-x");
    List<Path> copies = new ArrayList<>();
    for (Path entry : entries) {
      Path copy = folder.resolve(copies.size() + "-" + entry.getFileName());
      copy(entry, copy);
      copies.add(copy);
    }
    OtherUser user =
        new OtherUser(
            List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups"), joined(copies));
    assumeTrue(
        user.succeeds("test", "-r", copies.get(0).toString()),
        "setpriv must exist and be permitted, and other users must be able to read " + folder);
    assumeTrue(user.succeeds(java(), "-version"), "Other users must be able to run " + java());
    return user;
  }

  private boolean succeeds(String... command) throws IOException {
    try {
      return start(Map.of(), Stream.of(command).toList()).exit() == 0;
    } catch (IOException e) {
      // There is no setpriv.
      return false;
    }
  }

  /** What a program wrote, and how it ended. */
  public record Result(String out, int exit) {}

  /**
   * Runs a class in a JVM of its own.
   *
   * @param environment variables to set; an empty value removes one
   * @param options options of Java
   * @param main the class, in the class path that was prepared
   */
  public Result run(
      Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx256m", "-cp", classPath));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  private Result start(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(prefix.stream(), command.stream()).toList());
    environment.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Result(out, process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The program must end, got an interrupt", e);
    }
  }

  /** Sets the mode of a file or folder, such as {@code rwxr-xr-x}. */
  public static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static Path source(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String joined(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walked = Files.walk(from)) {
      all = walked.collect(toImmutableList());
    }
    for (Path each : all) {
      Path target = to.resolve(from.relativize(each).toString());
      Files.copy(each, target);
      mode(target, Files.isDirectory(target) ? "rwxr-xr-x" : "rw-r--r--");
    }
  }
}
