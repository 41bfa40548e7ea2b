package dev.finetune.internal.natives;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder into which JavaCPP unpacks native libraries, to load them from there: the one that the
 * system property {@code org.bytedeco.javacpp.cachedir} names, {@code ~/.javacpp/cache}, or else a
 * folder in the temporary one that only this user can write.
 */
public final class UnpackFolder {

  /** The system property with which an application chooses the folder. */
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** JNA's counterpart. JNA unpacks its library into the home folder too. */
  static final String JNA = "jna.tmpdir";

  private static final Logger LOG = LoggerFactory.getLogger(UnpackFolder.class);
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Pattern BLANK = Pattern.compile("\\\\040");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private UnpackFolder() {}

  /**
   * Chooses the folder. It must be called before a native library is loaded; later calls do
   * nothing.
   */
  public static void prepare() {
    if (Chosen.CHOICE.folder().isEmpty()) {
      LOG.debug("No folder for native libraries: {}", Chosen.CHOICE.problems());
    }
  }

  /** Returns where native libraries are unpacked and how to choose another folder. */
  public static String advice() {
    return Chosen.CHOICE.advice();
  }

  /** The holder of the choice, which is made once per process. */
  private static final class Chosen {
    static final Choice CHOICE = choose(System::getProperty, mounts());

    static {
      CHOICE.apply();
    }

    private Chosen() {}
  }

  /**
   * A choice.
   *
   * @param folder the first folder that can be used; empty if none can
   * @param usual whether JavaCPP takes the folder by itself
   * @param problems the folders that were tried before, each with the reason why it cannot be used
   */
  record Choice(Optional<Path> folder, boolean usual, List<String> problems) {

    Choice {
      problems = List.copyOf(problems);
    }

    /** Makes JavaCPP and JNA use the folder. */
    void apply() {
      if (folder.isPresent() && !usual) {
        log(folder.get());
        System.setProperty(PROPERTY, folder.get().toString());
      }
      if (System.getProperty(PROPERTY) != null && System.getProperty(JNA) == null) {
        folder.ifPresent(each -> System.setProperty(JNA, each.toString()));
      }
    }

    private void log(Path other) {
      if (System.getProperty(PROPERTY) == null) {
        LOG.debug("Native libraries are unpacked into {}, not into {}", other, problems);
      } else {
        LOG.warn("Native libraries are unpacked into {}, not into {}", other, problems);
      }
    }

    String advice() {
      return folder.isPresent()
          ? "They are unpacked into "
              + folder.get()
              + "; the system property "
              + PROPERTY
              + " chooses another folder"
          : "They must be unpacked into a folder where this user can create files and run programs,"
              + " got "
              + String.join(", ", problems)
              + "; choose another folder with the system property "
              + PROPERTY;
    }
  }

  /**
   * Tries the folders.
   *
   * @param property returns a system property, or null
   * @param mounts the lines of {@code /proc/self/mountinfo}
   */
  static Choice choose(Function<String, @Nullable String> property, List<String> mounts) {
    List<String> problems = new ArrayList<>();
    for (Path folder : usual(property)) {
      @Nullable String problem = problem(folder, mounts);
      if (problem == null) {
        return new Choice(Optional.of(folder), problems.isEmpty(), problems);
      }
      problems.add(folder + " (" + problem + ")");
    }
    Path temporary = Path.of(String.valueOf(property.apply("java.io.tmpdir")));
    try {
      Path folder = temporary.resolve("finetune-native-" + user(temporary, property));
      @Nullable String problem = problemOfTemporary(folder, mounts);
      if (problem == null) {
        return new Choice(Optional.of(folder), false, problems);
      }
      problems.add(folder + " (" + problem + ")");
    } catch (IOException e) {
      problems.add(temporary + " (" + text(e) + ")");
    }
    return new Choice(Optional.empty(), false, problems);
  }

  /** Returns the folders that JavaCPP would try, without one below a home that is not known. */
  private static List<Path> usual(Function<String, @Nullable String> property) {
    List<Path> folders = new ArrayList<>();
    Stream.of(PROPERTY, "org.bytedeco.javacpp.cacheDir")
        .map(property)
        .filter(folder -> folder != null && !folder.isBlank())
        .map(Path::of)
        .forEach(folders::add);
    // Java says "?" for a user without a home.
    Path home = Path.of(String.valueOf(property.apply("user.home")));
    if (home.isAbsolute()) {
      folders.add(home.resolve(".javacpp/cache"));
    }
    return folders;
  }

  /** Returns the number of this user, who may have no name. */
  private static String user(Path temporary, Function<String, @Nullable String> property)
      throws IOException {
    if (!temporary.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return String.valueOf(property.apply("user.name"));
    }
    Path probe = Files.createTempFile(temporary, "finetune", null);
    try {
      return String.valueOf(Files.getAttribute(probe, "unix:uid"));
    } finally {
      Files.delete(probe);
    }
  }

  /** Returns why a folder cannot be used; null if it can. */
  private static @Nullable String problem(Path folder, List<String> mounts) {
    if (isNoexec(folder, mounts)) {
      return "mounted noexec";
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "finetune", null));
      return null;
    } catch (IOException e) {
      return text(e);
    }
  }

  /** Others can create files in the temporary folder: one that was there must be this user's. */
  private static @Nullable String problemOfTemporary(Path folder, List<String> mounts)
      throws IOException {
    boolean unix = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (!unix || isNoexec(folder, mounts)) {
      return problem(folder, mounts);
    }
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          || !folder.endsWith(
              "finetune-native-"
                  + Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
          || !Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(PRIVATE)) {
        return "not a folder of this user with the mode rwx------";
      }
    }
    return problem(folder, mounts);
  }

  /** Returns whether no code in a folder can run, because of an option of its file system. */
  static boolean isNoexec(Path folder, List<String> mounts) {
    Path place = real(folder);
    int length = -1;
    boolean noexec = false;
    for (String mount : mounts) {
      String[] fields = mount.split(" ", -1);
      String point = fields.length < 6 ? "" : BLANK.matcher(fields[4]).replaceAll(" ");
      // Of two mounts at one point, the later one is visible.
      if (!point.isEmpty() && point.length() >= length && isWithin(place, point)) {
        length = point.length();
        noexec = List.of(fields[5].split(",", -1)).contains("noexec");
      }
    }
    return noexec;
  }

  private static boolean isWithin(Path place, String point) {
    try {
      return place.startsWith(point);
    } catch (InvalidPathException e) {
      // Its name is not one in this JVM's encoding, and no part of the folder's.
      return false;
    }
  }

  /** Resolves the links of the part of a path that exists. */
  private static Path real(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    for (Path part = absolute; part != null; part = part.getParent()) {
      try {
        return part.toRealPath().resolve(part.relativize(absolute));
      } catch (IOException e) {
        LOG.trace("{} does not exist", part, e);
      }
    }
    return absolute;
  }

  private static List<String> mounts() {
    try {
      return Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      LOG.trace("No list of mounts", e);
      return List.of();
    }
  }

  private static String text(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no such folder";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "not a folder";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.toString();
  }
}
