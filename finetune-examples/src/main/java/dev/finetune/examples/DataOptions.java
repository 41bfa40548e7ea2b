package dev.finetune.examples;

import dev.finetune.TrainedModel;
import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.ImageSource;
import dev.finetune.data.TagDataset;
import dev.finetune.data.ValueDataset;
import dev.finetune.datasets.ClassFolders;
import dev.finetune.datasets.CsvImages;
import dev.finetune.datasets.CsvTags;
import dev.finetune.datasets.CsvValues;
import dev.finetune.examples.TrainingData.Part;
import dev.finetune.image.ColourRule;
import dev.finetune.recipe.RecipeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
  static final String COLOURS = "--colours";
  private static final String TEST = "--test";
  private static final String HOLD_OUT = "--hold-out";
  private static final String GROUPS = "--groups";
  private static final String TAGS = "--tags";
  private static final String TAG_SEPARATOR = "--tag-separator";
  private static final String VALUES = "--values";
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
          "A CSV file with a header that lists the images with their classes, tags or numbers"
              + " (default: the class directories of DIR).")
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
      names = TAGS,
      paramLabel = "COLUMN",
      split = ",",
      description =
          "Learn tags, any number for each image: the column of the CSV file that lists them, or"
              + " several columns that are 1 for the images with the tag and 0 for others (default:"
              + " learn classes).")
  private @Nullable List<String> tags;

  @Option(
      names = TAG_SEPARATOR,
      paramLabel = "TEXT",
      description = "What is between two tags in one column (default: ;).")
  private @Nullable String tagSeparator;

  @Option(
      names = VALUES,
      paramLabel = "COLUMN",
      split = ",",
      description =
          "Learn numbers: the columns of the CSV file that have them (default: learn classes).")
  private @Nullable List<String> values;

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

  @Option(
      names = COLOURS,
      paramLabel = "stored|srgb",
      converter = Converters.Colours.class,
      completionCandidates = Converters.ColoursNames.class,
      description =
          "What to do with the colour profiles in JPEG, PNG and WebP images: stored takes the stored"
              + " values, as the published weights expect, and srgb converts them, as viewers do. The"
              + " model is used with the same (default: stored; with --from, that of the model).")
  private @Nullable ColourRule colours;

  /** Returns whether the rule for colours was given. */
  boolean coloursGiven() {
    return colours != null;
  }

  /**
   * Checks that the options fit together.
   *
   * @param grouped whether groups may be for something else than a split
   * @throws WrongCall if they do not
   */
  void check(boolean grouped) {
    if (directory == null && csv == null) {
      throw WrongCall.must("be given, or --csv", "neither").of(DIR);
    }
    if (csv == null) {
      requireCsv(PATH_COLUMN, pathColumn);
      requireCsv(LABEL_COLUMN, labelColumn);
      requireCsv(TAGS, tags);
      requireCsv(VALUES, values);
    }
    if (tagSeparator != null && (tags == null || tags.size() > 1 || tagSeparator.isEmpty())) {
      throw WrongCall.must("be a text, with one column in --tags", "\"" + tagSeparator + "\"")
          .of(TAG_SEPARATOR);
    }
    if (tags != null && values != null) {
      throw WrongCall.must("come without --tags", "both").of(VALUES);
    }
    if (labelColumn != null && (tags != null || values != null)) {
      throw WrongCall.must("come without --tags and --values", "both").of(LABEL_COLUMN);
    }
    if (valid != null && groups != null && !grouped) {
      throw WrongCall.must("come without --valid, or with --probe, --recipe or --views", "--valid")
          .of(GROUPS);
    }
    if (valid != null && holdOut != null) {
      throw WrongCall.must("come without --valid", "both").of(HOLD_OUT);
    }
  }

  private static void requireCsv(String option, @Nullable Object value) {
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

  /**
   * Reads the images of all parts, and decodes those of the test.
   *
   * @param usual what to do with colour profiles without an option
   */
  TrainingData<?, ?, ?> read(long seed, ColourRule usual) throws IOException {
    ColourRule rule = rule(usual);
    if (tags != null) {
      return read(
          new TagsTask(),
          (argument, from, like) -> readTags(argument, from, like).withColours(rule),
          seed);
    } else if (values != null) {
      return read(
          new ValuesTask(),
          (argument, from, like) -> readValues(argument, from).withColours(rule),
          seed);
    }
    return read(
        new ClassesTask(),
        (argument, from, like) -> readClasses(argument, from, like).withColours(rule),
        seed);
  }

  /** Returns what to do with colour profiles. */
  ColourRule rule(ColourRule usual) {
    return Objects.requireNonNullElse(colours, usual);
  }

  private <D extends ImageSource, M extends TrainedModel, E> TrainingData<D, M, E> read(
      TrainingTask<D, M, E> task, TrainingTask.Reader<D> reader, long seed) throws IOException {
    D images = reader.read(csv == null ? DIR : CSV, named(), null);
    Optional<Part<D>> tested = Optional.empty();
    if (test != null) {
      Part<D> part = new Part<>(reader.read(TEST, test, csv == null ? null : images), root(test));
      requireOutputs(task, part.images(), task.outputs(images));
      tested = Optional.of(part);
    }
    Part<D> train;
    Part<D> validation;
    if (valid == null) {
      Function<String, String> groupOf = groups(images);
      double share = Objects.requireNonNullElse(holdOut, DEFAULT_HOLD_OUT);
      TrainingTask.Parts<D> parts = task.split(images, groupOf, share, seed);
      train = new Part<>(parts.train(), root(named()));
      validation = new Part<>(parts.valid(), root(named()));
    } else {
      train = new Part<>(images, root(named()));
      validation = new Part<>(reader.read(VALID, valid, images), root(valid));
    }
    TrainingData<D, M, E> data = new TrainingData<>(task, train, validation, tested);
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

  private ImageDataset readClasses(String argument, Path from, @Nullable ImageDataset like)
      throws IOException {
    if (csv == null) {
      Path root =
          PathChecks.directory(
              argument, "a directory with one directory of images per class", from);
      return like == null ? ClassFolders.read(root) : ClassFolders.read(root, like.classNames());
    }
    Path file = csvFile(argument, from);
    String label = Objects.requireNonNullElse(labelColumn, "label");
    return like == null
        ? CsvImages.read(file, root(file), pathColumn(), label)
        : CsvImages.read(file, root(file), pathColumn(), label, like.classNames());
  }

  private TagDataset readTags(String argument, Path from, @Nullable TagDataset like)
      throws IOException {
    Path file = csvFile(argument, from);
    List<String> columns = Objects.requireNonNull(tags);
    if (columns.size() > 1) {
      return CsvTags.readColumns(file, root(file), pathColumn(), columns);
    }
    String separator = Objects.requireNonNullElse(tagSeparator, ";");
    return like == null
        ? CsvTags.read(file, root(file), pathColumn(), columns.get(0), separator)
        : CsvTags.read(file, root(file), pathColumn(), columns.get(0), separator, like.tagNames());
  }

  private ValueDataset readValues(String argument, Path from) throws IOException {
    Path file = csvFile(argument, from);
    return CsvValues.read(file, root(file), pathColumn(), Objects.requireNonNull(values));
  }

  private static Path csvFile(String argument, Path from) throws IOException {
    return PathChecks.file(argument, "a CSV file", from);
  }

  private String pathColumn() {
    return Objects.requireNonNullElse(pathColumn, "path");
  }

  private static <D extends ImageSource> void requireOutputs(
      TrainingTask<D, ?, ?> task, D images, List<String> known) {
    List<String> unknown =
        task.outputs(images).stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new DatasetException(
          TEST + " must have the " + task.name() + " of the training images " + known, unknown);
    }
  }

  /** Returns the group of an image by its name. Without an option, every image is alone. */
  private Function<String, String> groups(ImageSource images) {
    Pattern pattern = groups;
    if (pattern == null) {
      return name -> name;
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
    return name -> Objects.requireNonNull(group(pattern, name));
  }

  /**
   * Returns settings whose probe keeps groups together in its cross-validation.
   *
   * @param images the training images
   */
  RecipeSettings grouped(RecipeSettings settings, ImageSource images) {
    return settings.probe().isEmpty() || groups == null
        ? settings
        : settings.withProbe(settings.probe().get().groups(groups(images)::apply));
  }

  /**
   * Returns the group of an image by its name.
   *
   * @param data the images, whose names must all match
   */
  UnaryOperator<String> groupOf(TrainingData<?, ?, ?> data) {
    groups(data.valid().images());
    return groups(data.train().images())::apply;
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
      resolved.add(PATH_COLUMN, pathColumn());
      if (tags != null) {
        resolved.add(TAGS, String.join(",", tags));
      } else if (values != null) {
        resolved.add(VALUES, String.join(",", values));
      } else {
        resolved.add(LABEL_COLUMN, Objects.requireNonNullElse(labelColumn, "label"));
      }
    }
    if (tags != null && tags.size() == 1) {
      resolved.add(TAG_SEPARATOR, Objects.requireNonNullElse(tagSeparator, ";"));
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
