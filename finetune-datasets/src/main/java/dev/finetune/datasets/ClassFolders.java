package dev.finetune.datasets;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader for a folder that contains one folder per class, the layout that Keras' {@code
 * image_dataset_from_directory} reads.
 *
 * <p>Images may lie in deeper folders, and folders and files may be links. Files are read in the
 * order of their paths. Folders and files whose names start with a dot are skipped, and so are
 * files without an image extension (png, jpg, jpeg, jpe, ppm, pgm, pbm, pnm, webp, bmp, gif; in
 * upper or lower case). A warning in the log counts skipped files, except hidden files, {@code
 * Thumbs.db}, {@code desktop.ini} and text files such as csv. Reading only lists the files: an
 * image is decoded when it is loaded.
 */
public final class ClassFolders {

  private static final ImmutableSet<String> ENDINGS =
      ImmutableSet.of(
          "png", "jpg", "jpeg", "jpe", "ppm", "pgm", "pbm", "pnm", "webp", "bmp", "gif");

  /** Skipped without a warning: files of operating systems, and annotations beside images. */
  private static final Pattern INCIDENTAL =
      Pattern.compile("\\..*|thumbs\\.db|desktop\\.ini|.*\\.(csv|json|md|txt|xml)");

  private static final Logger LOG = LoggerFactory.getLogger(ClassFolders.class);

  private ClassFolders() {}

  /**
   * Lists the images of every class folder. The class names are the folder names, sorted as
   * strings: "0", "1", "10", "11", "2".
   *
   * @param root the folder that contains the class folders
   * @return the images, ordered by class and then by path; each is named by its path below {@code
   *     root}, with forward slashes
   * @throws DatasetException if {@code root} is not a folder or has no class folders, or if class
   *     folders have no images; it lists every such folder
   * @throws IOException if a folder cannot be listed
   */
  public static ImageDataset read(Path root) throws IOException {
    return scan(root).orThrow();
  }

  /**
   * Lists the images of the given classes, for example to read validation images with the classes
   * of the training images.
   *
   * @param root the folder that contains the class folders
   * @param classNames the class names in label order, each the name of a folder
   * @return the images, ordered by class and then by path; each is named by its path below {@code
   *     root}, with forward slashes
   * @throws IllegalArgumentException if a class name occurs twice
   * @throws DatasetException if {@code root} is not a folder or has no class folders, if classes
   *     have no folder or no images, or if folders are not among the classes; it lists every such
   *     class and folder
   * @throws IOException if a folder cannot be listed
   */
  public static ImageDataset read(Path root, List<String> classNames) throws IOException {
    return scan(root, classNames).orThrow();
  }

  /** Scans with the folder names as classes, sorted as strings. */
  static Scan scan(Path root) throws IOException {
    List<Path> children = children(root);
    List<String> folders = folders(root, children);
    return scan(root, children, folders, folders);
  }

  static Scan scan(Path root, List<String> classNames) throws IOException {
    List<Path> children = children(root);
    return scan(root, children, folders(root, children), classNames);
  }

  private static Scan scan(
      Path root, List<Path> children, List<String> folders, List<String> classNames)
      throws IOException {
    List<String> problems = new ArrayList<>();
    folders.stream()
        .filter(folder -> !classNames.contains(folder))
        .forEach(
            folder ->
                problems.add(
                    folder
                        + ": this folder is none of the classes"
                        + Labels.lookAlike(classNames, List.of(folder))));
    List<FileImages.Entry> entries = new ArrayList<>();
    List<Path> skipped = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      String name = classNames.get(label);
      boolean exists = folders.contains(name);
      Map<Boolean, List<Path>> files =
          (exists ? files(root.resolve(name)) : List.<Path>of())
              .stream().collect(Collectors.partitioningBy(ClassFolders::isImage));
      List<Path> images = files.getOrDefault(true, List.of());
      images.stream()
          .filter(image -> !FileNames.isExpressible(image))
          .findFirst()
          .ifPresent(image -> problems.add(image + ": the name " + FileNames.rule()));
      skipped.addAll(files.getOrDefault(false, List.of()));
      if (images.isEmpty()) {
        problems.add(
            root
                + root.getFileSystem().getSeparator()
                + name
                + (exists
                    ? ": no image in the folder; images end in " + String.join(", ", ENDINGS)
                    : ": no such folder"));
      }
      for (Path file : images) {
        entries.add(new FileImages.Entry(file, relative(root, file), label));
      }
    }
    warnOfSkipped(root, children, skipped);
    return new Scan(
        "Every class must have a folder with images in " + root,
        new FileImages(classNames, entries),
        problems);
  }

  private static List<Path> children(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new DatasetException(
          "The root must be a folder with one folder per class",
          List.of(root + (Files.exists(root) ? ": this is a file" : ": no such folder")));
    }
    List<Path> children;
    try (Stream<Path> listed = Files.list(root)) {
      children = listed.toList();
    }
    List<String> inexpressible =
        children.stream()
            .filter(child -> !isHidden(child) && !FileNames.isExpressible(child))
            .filter(Files::isDirectory)
            .map(child -> child + ": the name " + FileNames.rule())
            .sorted()
            .toList();
    if (!inexpressible.isEmpty()) {
      throw new DatasetException(
          "Every class must have a folder that Java can name", inexpressible);
    }
    return children;
  }

  private static List<String> folders(Path root, List<Path> children) {
    List<String> names =
        children.stream()
            .filter(Files::isDirectory)
            .map(path -> String.valueOf(path.getFileName()))
            .filter(name -> !name.startsWith("."))
            .sorted()
            .toList();
    if (names.isEmpty()) {
      throw new DatasetException(
          "The root must be a folder with one folder per class",
          List.of(root + ": the folder contains no folders"));
    }
    return names;
  }

  /**
   * Lists all files in a folder and the folders in it, in the order of their paths. Links to files
   * and folders are followed; hidden folders are not.
   *
   * @throws IOException if a folder cannot be listed, or links lead in a circle
   */
  static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            return isHidden(each) && !each.equals(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // A link that leads nowhere is reported when it is read, if it is called as images are.
            if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            throw e instanceof FileSystemLoopException
                ? new IOException(file + ": links must not lead in a circle", e)
                : e;
          }
        });
    Collections.sort(files);
    return files;
  }

  private static boolean isHidden(Path path) {
    return String.valueOf(path.getFileName()).startsWith(".");
  }

  static boolean isImage(Path file) {
    return !isHidden(file)
        && ENDINGS.contains(MoreFiles.getFileExtension(file).toLowerCase(Locale.ROOT));
  }

  /** Logs how many files have no effect: those with other endings, and images outside a class. */
  private static void warnOfSkipped(Path root, List<Path> children, List<Path> skipped) {
    Map<String, Long> endings =
        skipped.stream()
            .filter(file -> !isIncidental(file))
            .collect(
                Collectors.groupingBy(
                    file -> "." + MoreFiles.getFileExtension(file),
                    TreeMap::new,
                    Collectors.counting()));
    if (!endings.isEmpty()) {
      LOG.warn("Skipped files in {} that do not end as images do, by ending: {}", root, endings);
    }
    long loose =
        children.stream().filter(ClassFolders::isImage).filter(Files::isRegularFile).count();
    if (loose > 0) {
      LOG.warn("Skipped {} images directly in {}: they are in no class folder", loose, root);
    }
  }

  private static boolean isIncidental(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return INCIDENTAL.matcher(name).matches();
  }

  static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
