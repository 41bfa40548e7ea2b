package dev.finetune.datasets;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import dev.finetune.data.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;

/**
 * A reader for images that are listed in a UTF-8 CSV file with a header. One column holds the path
 * of the file, another the class name.
 *
 * <p>The separator is a semicolon if the header line contains a semicolon and no comma, otherwise a
 * comma. Spaces around values are removed.
 *
 * <p>Each row belongs to the file that it names. Rows are never matched to files by position,
 * because the order of a listing and of a folder rarely agree.
 */
public final class CsvImages {

  private CsvImages() {}

  /**
   * Reads the listing. The class names are the labels that occur, sorted as strings.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param labelColumn the header of the column with the class names
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column, an empty label or a file that does not exist; it
   *     lists every such row
   * @throws IOException if the listing cannot be read
   */
  public static ImageDataset read(Path csv, Path root, String pathColumn, String labelColumn)
      throws IOException {
    CsvListing listing = CsvListing.read(csv, root, pathColumn, List.of(labelColumn));
    List<String> names =
        listing.rows().stream()
            .map(row -> CsvListing.text(row, labelColumn))
            .filter(label -> !label.isEmpty())
            .distinct()
            .sorted()
            .toList();
    return scan(listing, labelColumn, names).orThrow();
  }

  /**
   * Reads the listing with the given classes, for example to read test images with the classes of
   * the training images.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param labelColumn the header of the column with the class names
   * @param classNames the class names in label order; classes without rows are allowed
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws IllegalArgumentException if a class name occurs twice
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column, a label that is none of the classes or a file that
   *     does not exist; it lists every such row
   * @throws IOException if the listing cannot be read
   */
  public static ImageDataset read(
      Path csv, Path root, String pathColumn, String labelColumn, List<String> classNames)
      throws IOException {
    return scan(csv, root, pathColumn, labelColumn, classNames).orThrow();
  }

  static Scan scan(
      Path csv, Path root, String pathColumn, String labelColumn, List<String> classNames)
      throws IOException {
    return scan(
        CsvListing.read(csv, root, pathColumn, List.of(labelColumn)), labelColumn, classNames);
  }

  private static Scan scan(CsvListing listing, String labelColumn, List<String> classNames) {
    List<String> problems = new ArrayList<>();
    Map<String, Integer> labels = new HashMap<>();
    for (String name : classNames) {
      labels.putIfAbsent(name, labels.size());
    }
    List<CsvListing.Item<Integer>> items =
        listing.items((row, own) -> label(row, labelColumn, labels, classNames, own), problems);
    return new Scan(
        "Every row of " + listing.csv() + " must name a file and a class",
        new FileImages(
            classNames,
            items.stream()
                .map(item -> new FileImages.Entry(item.file(), item.name(), item.content()))
                .toList()),
        problems);
  }

  private static Optional<Integer> label(
      CSVRecord row,
      String labelColumn,
      Map<String, Integer> labels,
      List<String> classNames,
      List<String> problems) {
    String label = CsvListing.text(row, labelColumn);
    if (label.isEmpty()) {
      problems.add("the column " + labelColumn + " is empty");
      return Optional.empty();
    }
    Integer index = labels.get(label);
    if (index == null) {
      problems.add(
          "class \""
              + label
              + "\" is none of the classes "
              + classNames
              + Labels.lookAlike(classNames, List.of(label)));
    }
    return Optional.ofNullable(index);
  }
}
