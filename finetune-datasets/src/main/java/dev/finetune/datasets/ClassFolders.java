package dev.finetune.datasets;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder with one folder for each class, as Keras' {@code image_dataset_from_directory} reads it.
 * Images may lie in deeper folders; hidden files and files without an image's ending are passed
 * over.
 */
public final class ClassFolders {

  private static final ImmutableSet<String> ENDINGS =
      ImmutableSet.of(
          "png", "jpg", "jpeg", "jpe", "ppm", "pgm", "pbm", "pnm", "webp", "bmp", "gif");

  private ClassFolders() {}

  /**
   * Classes are the folders' names, sorted as strings: "0", "1", "10", "11", "2".
   *
   * @throws DatasetException one that lists every class folder without images
   */
  public static ImageDataset read(Path root) throws IOException {
    return scan(root).orThrow();
  }

  /**
   * Classes in the order given.
   *
   * @throws DatasetException one that lists every class without a folder or images, and every
   *     folder that is no class
   */
  public static ImageDataset read(Path root, List<String> classNames) throws IOException {
    return scan(root, classNames).orThrow();
  }

  /** Classes are the folders' names, sorted as strings. */
  static Scan scan(Path root) throws IOException {
    return scan(root, folders(root));
  }

  static Scan scan(Path root, List<String> classNames) throws IOException {
    List<String> folders = folders(root);
    List<String> problems = new ArrayList<>();
    folders.stream()
        .filter(folder -> !classNames.contains(folder))
        .forEach(folder -> problems.add(folder + ": a folder that is none of the classes"));
    List<FileImages.Entry> entries = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      String name = classNames.get(label);
      boolean exists = folders.contains(name);
      List<Path> files = exists ? images(root.resolve(name)) : List.<Path>of();
      if (files.isEmpty()) {
        problems.add(
            root.resolve(name) + (exists ? ": no image in the folder" : ": no such folder"));
      }
      for (Path file : files) {
        entries.add(new FileImages.Entry(file, relative(root, file), label));
      }
    }
    return new Scan(
        "Every class has a folder with images in " + root,
        new FileImages(classNames, entries),
        problems);
  }

  private static List<String> folders(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new DatasetException(
          "Images lie in a folder with a folder for each class",
          List.of(root + ": no such folder"));
    }
    try (Stream<Path> children = Files.list(root)) {
      List<String> names =
          children
              .filter(Files::isDirectory)
              .map(path -> String.valueOf(path.getFileName()))
              .filter(name -> !name.startsWith("."))
              .sorted()
              .toList();
      if (names.isEmpty()) {
        throw new DatasetException(
            "Images lie in a folder with a folder for each class",
            List.of(root + ": has no folders"));
      }
      return names;
    }
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(ClassFolders::isImage).sorted().toList();
    }
  }

  private static boolean isImage(Path file) {
    return !String.valueOf(file.getFileName()).startsWith(".")
        && ENDINGS.contains(MoreFiles.getFileExtension(file).toLowerCase(Locale.ROOT));
  }

  static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
