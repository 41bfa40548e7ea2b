package dev.finetune.datasets;

import dev.finetune.data.DatasetCheck;
import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The German Traffic Sign Recognition Benchmark (GTSRB), read from the layout of its Kaggle
 * edition: {@code Train/<class>/<class>_<track>_<frame>.png}, {@code Test/*.png} with {@code
 * Test.csv}, and optionally {@code Valid/<class>/}.
 *
 * <p>Source: J. Stallkamp et al., "Man vs. computer: Benchmarking machine learning algorithms for
 * traffic sign recognition", Neural Networks 32 (2012).
 *
 * @param train the training images
 * @param valid the validation images; they share no track with {@code train} unless a {@code
 *     Valid/} folder says otherwise
 * @param test the benchmark's test images, labelled by path from {@code Test.csv}
 */
public record Gtsrb(ImageDataset train, ImageDataset valid, ImageDataset test) {

  /** The number of training images per class in the published experiment. */
  private static final int TRAIN_PER_CLASS = 28;

  private static final int VALID_PER_CLASS = 12;
  private static final double VALID_TRACKS = 0.3;

  /**
   * Reads the benchmark and decodes every image of the three parts once to check it.
   *
   * <p>If there is a {@code Valid/} folder, all images of {@code Train/} and {@code Valid/} are
   * used. Otherwise 30 % of the tracks of each class are set aside for validation, and up to 28
   * training and 12 validation images of each class are then chosen, as in the published
   * experiment.
   *
   * @param root the folder that contains {@code Train}, {@code Test} and {@code Test.csv}
   * @param seed the seed of that choice; not used if there is a {@code Valid/} folder
   * @return the three parts, with the class folders of {@code Train/} as classes
   * @throws DatasetException if a folder or {@code Test.csv} is missing, or if images cannot be
   *     used: it lists the class folders without images, the rows that name no file or no class of
   *     {@code Train/}, and the files that are empty or corrupt
   * @throws IOException if a folder or {@code Test.csv} cannot be read
   */
  public static Gtsrb read(Path root, long seed) throws IOException {
    Scan trainScan = ClassFolders.scan(root.resolve("Train"));
    List<String> classNames = trainScan.images().classNames();
    Scan testScan = testScan(root, classNames);
    List<String> problems = new ArrayList<>(trainScan.problems());
    problems.addAll(testScan.problems());
    ImageDataset train = trainScan.images();
    ImageDataset valid = train.select();
    if (Files.isDirectory(root.resolve("Valid"))) {
      Scan validScan = ClassFolders.scan(root.resolve("Valid"), classNames);
      problems.addAll(validScan.problems());
      valid = validScan.images();
    } else if (trainScan.problems().isEmpty()) {
      Split split = Splits.byGroup(train, Gtsrb::track, VALID_TRACKS, seed);
      train = Splits.perClass(split.train(), Gtsrb::track, TRAIN_PER_CLASS, seed);
      valid = Splits.perClass(split.valid(), Gtsrb::track, VALID_PER_CLASS, seed);
    }
    for (ImageDataset part : List.of(train, valid, testScan.images())) {
      problems.addAll(DatasetCheck.problems(part));
    }
    if (!problems.isEmpty()) {
      throw new DatasetException(
          "Every part of the benchmark in " + root + " must be complete and readable", problems);
    }
    return new Gtsrb(train, valid, testScan.images());
  }

  /**
   * Reads the test part alone: {@code Test.csv} and the files it names.
   *
   * @param root the folder that contains {@code Test.csv}
   * @param classNames the class names in label order, as in column {@code ClassId}
   * @return the test images in the order of the rows
   * @throws IllegalArgumentException if a class name occurs twice
   * @throws DatasetException if {@code Test.csv} is missing or lacks a column, or if rows name no
   *     file or none of the classes; it lists every such row
   * @throws IOException if {@code Test.csv} cannot be read
   */
  public static ImageDataset test(Path root, List<String> classNames) throws IOException {
    return testScan(root, classNames).orThrow();
  }

  private static Scan testScan(Path root, List<String> classNames) throws IOException {
    return CsvImages.scan(root.resolve("Test.csv"), root, "Path", "ClassId", classNames);
  }

  /** Returns the track of a training image: its name up to the last underscore. */
  static String track(String name) {
    int frame = name.lastIndexOf('_');
    return frame < 0 ? name : name.substring(0, frame);
  }

  /** The names of the signs of classes 0 to 42, as the benchmark gives them. */
  public static final List<String> SIGNS =
      List.of(
          "Speed limit (20km/h)",
          "Speed limit (30km/h)",
          "Speed limit (50km/h)",
          "Speed limit (60km/h)",
          "Speed limit (70km/h)",
          "Speed limit (80km/h)",
          "End of speed limit (80km/h)",
          "Speed limit (100km/h)",
          "Speed limit (120km/h)",
          "No passing",
          "No passing for vehicles over 3.5 metric tons",
          "Right-of-way at the next intersection",
          "Priority road",
          "Yield",
          "Stop",
          "No vehicles",
          "Vehicles over 3.5 metric tons prohibited",
          "No entry",
          "General caution",
          "Dangerous curve to the left",
          "Dangerous curve to the right",
          "Double curve",
          "Bumpy road",
          "Slippery road",
          "Road narrows on the right",
          "Road work",
          "Traffic signals",
          "Pedestrians",
          "Children crossing",
          "Bicycles crossing",
          "Beware of ice/snow",
          "Wild animals crossing",
          "End of all speed and passing limits",
          "Turn right ahead",
          "Turn left ahead",
          "Ahead only",
          "Go straight or right",
          "Go straight or left",
          "Keep right",
          "Keep left",
          "Roundabout mandatory",
          "End of no passing",
          "End of no passing by vehicles over 3.5 metric tons");

  /**
   * Returns the name of a sign for display.
   *
   * @param className a class name of the benchmark, such as {@code "14"}
   * @return the entry of {@link #SIGNS} at that number, or {@code className} itself if it is not a
   *     number from 0 to 42
   */
  public static String signName(String className) {
    boolean number = className.matches("\\d{1,5}");
    int id = number ? Integer.parseInt(className) : -1;
    return id >= 0 && id < SIGNS.size() ? SIGNS.get(id) : className;
  }
}
