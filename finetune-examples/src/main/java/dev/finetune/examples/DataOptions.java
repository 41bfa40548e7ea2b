package dev.finetune.examples;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.CsvImages;
import dev.finetune.datasets.Split;
import dev.finetune.datasets.Splits;
import dev.finetune.examples.TrainingData.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that choose the images of a training. */
final class DataOptions {

  static final String DIR = "DIR";
  static final String CSV = "--csv";
  static final String VALID = "--valid";
  private static final String TEST = "--test";
  private static final String HOLD_OUT = "--hold-out";
  private static final String GROUPS = "--groups";
  private static final String PATH_COLUMN = "--path-column";
  private static final String LABEL_COLUMN = "--label-column";
  private static final double DEFAULT_HOLD_OUT = 0.3;

  @Parameters(
      arity = "0..1",
      paramLabel = DIR,
      description =
          "A directory with one directory of images per class. With --csv: the directory that the"
              + " paths are relative to (default: that of the CSV file).")
  private @Nullable Path directory;

  @Option(
      names = CSV,
      paramLabel = "FILE",
      description =
          "A CSV file with a header that lists the images with their classes (default: the class"
              + " directories of DIR).")
  private @Nullable Path csv;

  @Option(
      names = PATH_COLUMN,
      paramLabel = "COLUMN",
      description = "The column of the CSV file with the paths (default: path).")
  private @Nullable String pathColumn;

  @Option(
      names = LABEL_COLUMN,
      paramLabel = "COLUMN",
      description = "The column of the CSV file with the class names (default: label).")
  private @Nullable String labelColumn;

  @Option(
      names = VALID,
      paramLabel = "DIR",
      description =
          "The validation images: a directory with the same class directories, or with --csv a CSV"
              + " file (default: some of the images; see --hold-out).")
  private @Nullable Path valid;

  @Option(
      names = HOLD_OUT,
      paramLabel = "SHARE",
      converter = Converters.Share.class,
      description =
          "The share of each class that is not trained on but validates, chosen by the seed"
              + " (default: 0.3).")
  private @Nullable Double holdOut;

  @Option(
      names = GROUPS,
      paramLabel = "REGEX",
      converter = Converters.Groups.class,
      description =
          "Images that look alike, such as frames of a film, must not be on both sides. Those for"
              + " which the first group of REGEX captures the same text stay together: of the file"
              + " name, or of the path below DIR if REGEX has a / (default: every image alone).")
  private @Nullable Pattern groups;

  @Option(
      names = TEST,
      paramLabel = "DIR",
      description =
          "The test images, as for --valid; some classes may be missing (default: no test).")
  private @Nullable Path test;

  /**
   * Checks that the options fit together.
   *
   * @throws WrongCall if they do not
   */
  void check() {
    if (directory == null && csv == null) {
      throw WrongCall.must("be given, or --csv", "neither").of(DIR);
    }
    if (csv == null) {
      requireCsv(PATH_COLUMN, pathColumn);
      requireCsv(LABEL_COLUMN, labelColumn);
    }
    if (valid != null && holdOut != null) {
      throw WrongCall.must("come without --valid", "both").of(HOLD_OUT);
    }
    if (valid != null && groups != null) {
      throw WrongCall.must("come without --valid", "both").of(GROUPS);
    }
  }

  private static void requireCsv(String option, @Nullable String value) {
    if (value != null) {
      throw WrongCall.must("come with --csv", value).of(option);
    }
  }

  /**
   * Checks that files written to a directory are not taken for images of a class.
   *
   * @throws WrongCall if the directory is in that of the images
   */
  void requireOutside(String option, Path output) {
    if (csv == null && directory != null) {
      Path images = directory.toAbsolutePath().normalize();
      if (output.toAbsolutePath().normalize().startsWith(images)) {
        throw WrongCall.must("be outside the directory of the images " + directory, output)
            .of(option);
      }
    }
  }

  /** Reads the images of all parts, and decodes those of the test. */
  TrainingData read(long seed) throws IOException {
    ImageDataset images = read(csv == null ? DIR : CSV, named(), null);
    Optional<Part> tested = Optional.empty();
    if (test != null) {
      Part part = new Part(read(TEST, test, null), root(test));
      requireClasses(part.images(), images.classNames());
      tested = Optional.of(part);
    }
    TrainingData data;
    if (valid != null) {
      data =
          new TrainingData(
              new Part(images, root(named())),
              new Part(read(VALID, valid, images.classNames()), root(valid)),
              tested);
    } else {
      Split split = split(images, seed);
      data =
          new TrainingData(
              new Part(split.train(), root(named())),
              new Part(split.valid(), root(named())),
              tested);
    }
    data.requireTrainable(csv == null ? DIR : CSV, named());
    if (tested.isPresent()) {
      DatasetCheck.verify(tested.get().images());
    }
    return data;
  }

  /** Returns the CSV file or directory that lists the training images. */
  private Path named() {
    return Objects.requireNonNull(csv == null ? directory : csv);
  }

  /** Returns the directory that the names of the images are relative to. */
  private Path root(Path listing) {
    if (csv == null) {
      return listing;
    }
    if (directory != null) {
      return directory;
    }
    Path parent = csv.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private ImageDataset read(String argument, Path from, @Nullable List<String> classes)
      throws IOException {
    if (csv == null) {
      Path root =
          PathChecks.directory(
              argument, "a directory with one directory of images per class", from);
      return classes == null ? ClassFolders.read(root) : ClassFolders.read(root, classes);
    }
    Path file = PathChecks.file(argument, "a CSV file", from);
    String path = Objects.requireNonNullElse(pathColumn, "path");
    String label = Objects.requireNonNullElse(labelColumn, "label");
    return classes == null
        ? CsvImages.read(file, root(file), path, label)
        : CsvImages.read(file, root(file), path, label, classes);
  }

  private static void requireClasses(ImageDataset images, List<String> classes) {
    List<String> unknown =
        images.classNames().stream().filter(name -> !classes.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException(
          TEST + " must have the classes of the training images " + classes, unknown);
    }
  }

  private Split split(ImageDataset images, long seed) {
    double share = Objects.requireNonNullElse(holdOut, DEFAULT_HOLD_OUT);
    Pattern pattern = groups;
    if (pattern == null) {
      return Splits.stratified(images, share, seed);
    }
    List<String> without = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (group(pattern, images.name(i)) == null) {
        without.add(images.name(i));
      }
    }
    if (!without.isEmpty()) {
      throw new DatasetException(
          GROUPS + " must match the name of every image, got " + pattern, without);
    }
    return Splits.byGroup(
        images, name -> Objects.requireNonNull(group(pattern, name)), share, seed);
  }

  private static @Nullable String group(Pattern pattern, String name) {
    String text =
        pattern.pattern().contains("/") ? name : name.substring(name.lastIndexOf('/') + 1);
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** Returns the options that the result depends on, without the paths of the images. */
  ResolvedOptions resolved() {
    ResolvedOptions resolved = new ResolvedOptions();
    if (csv != null) {
      resolved.add(PATH_COLUMN, Objects.requireNonNullElse(pathColumn, "path"));
      resolved.add(LABEL_COLUMN, Objects.requireNonNullElse(labelColumn, "label"));
    }
    if (valid == null) {
      resolved.add(HOLD_OUT, Objects.requireNonNullElse(holdOut, DEFAULT_HOLD_OUT));
    }
    if (groups != null) {
      resolved.add(GROUPS, groups.pattern());
    }
    return resolved;
  }
}
