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
 * The German Traffic Sign Recognition Benchmark in the layout of its Kaggle edition: {@code
 * Train/<class>/<class>_<track>_<frame>.png}, {@code Test/*.png} with {@code Test.csv}, and, if
 * there is one, {@code Valid/<class>/}.
 *
 * <p>J. Stallkamp et al., "Man vs. computer: Benchmarking machine learning algorithms for traffic
 * sign recognition", Neural Networks 32 (2012).
 *
 * @param train to learn from
 * @param valid to judge by while training; shares no track with train
 * @param test the benchmark's test part, its labels joined by path
 */
public record Gtsrb(ImageDataset train, ImageDataset valid, ImageDataset test) {

  /** Images per class of the published experiment. */
  private static final int TRAIN_PER_CLASS = 28;

  private static final int VALID_PER_CLASS = 12;
  private static final double VALID_TRACKS = 0.3;

  /**
   * Reads the folder and decodes every image once. Without {@code Valid/}, 30 % of each class'
   * tracks are set aside; then 28 training and 12 validation images of each class are taken, as in
   * the published experiment.
   *
   * @param seed of that choice; not used where there is a {@code Valid/}
   * @throws DatasetException one that lists everything wrong in all parts: class folders without
   *     images, rows that name no file or a class that training does not have, files that are empty
   *     or corrupt
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
      throw new DatasetException("Every part of the benchmark in " + root + " is whole", problems);
    }
    return new Gtsrb(train, valid, testScan.images());
  }

  /** The test part alone: {@code Test.csv} and the files it names. */
  public static ImageDataset test(Path root, List<String> classNames) throws IOException {
    return testScan(root, classNames).orThrow();
  }

  private static Scan testScan(Path root, List<String> classNames) throws IOException {
    return CsvImages.scan(root.resolve("Test.csv"), root, "Path", "ClassId", classNames);
  }

  /** The track of a training image: its file name up to the last underscore. */
  static String track(String name) {
    int frame = name.lastIndexOf('_');
    return frame < 0 ? name : name.substring(0, frame);
  }

  /** The meaning of class 0 to 42, as the benchmark names them. */
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

  /** What to call a class of this benchmark in a picture: its meaning, or else its own name. */
  public static String signName(String className) {
    boolean number = className.matches("\\d{1,5}");
    int id = number ? Integer.parseInt(className) : -1;
    return id >= 0 && id < SIGNS.size() ? SIGNS.get(id) : className;
  }
}
