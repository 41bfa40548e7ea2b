package dev.finetune.datasets;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ImageDataset;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
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
    List<CSVRecord> rows = rows(csv, pathColumn, labelColumn);
    List<String> names =
        rows.stream()
            .map(row -> row.get(labelColumn))
            .filter(label -> !label.isEmpty())
            .distinct()
            .sorted()
            .toList();
    return read(csv, root, pathColumn, labelColumn, names);
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
    List<String> problems = new ArrayList<>();
    List<FileImages.Entry> entries = new ArrayList<>();
    List<CSVRecord> rows = rows(csv, pathColumn, labelColumn);
    for (CSVRecord row : rows) {
      String path = row.get(pathColumn);
      String label = row.get(labelColumn);
      Path file = root.resolve(path);
      int index = classNames.indexOf(label);
      if (label.isEmpty()) {
        problems.add(path + ": the column " + labelColumn + " is empty");
      } else if (index < 0) {
        problems.add(path + ": class \"" + label + "\" is none of the classes " + classNames);
      } else if (Files.isDirectory(file)) {
        problems.add(path + ": must be an image file, got a directory in " + root);
      } else if (!Files.isRegularFile(file)) {
        problems.add(path + ": no such file in " + root);
      } else {
        entries.add(new FileImages.Entry(file, path, index));
      }
    }
    if (rows.isEmpty()) {
      problems.add(csv + ": the listing has no rows below the header");
    }
    return new Scan(
        "Every row of " + csv + " must name a file and a class",
        new FileImages(classNames, entries),
        problems);
  }

  private static List<CSVRecord> rows(Path csv, String pathColumn, String labelColumn)
      throws IOException {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setDelimiter(separator(csv))
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .get();
    try (Reader reader = Files.newBufferedReader(csv);
        CSVParser parser = format.parse(reader)) {
      List<String> columns = parser.getHeaderNames();
      if (!columns.contains(pathColumn) || !columns.contains(labelColumn)) {
        throw new DatasetException(
            "The header of " + csv + " must have the columns " + pathColumn + " and " + labelColumn,
            List.of("got " + columns));
      }
      List<CSVRecord> rows = parser.getRecords();
      List<String> broken =
          rows.stream()
              .filter(row -> !row.isConsistent())
              .map(row -> "line " + (row.getRecordNumber() + 1) + ": " + row.size() + " columns")
              .toList();
      if (!broken.isEmpty()) {
        throw new DatasetException(
            "Every row of " + csv + " must have the " + columns.size() + " columns of its header",
            broken);
      }
      return rows;
    }
  }

  private static char separator(Path csv) throws IOException {
    if (!Files.isRegularFile(csv)) {
      throw new DatasetException(
          "The listing must be a CSV file",
          List.of(csv + (Files.isDirectory(csv) ? ": got a directory" : ": no such file")));
    }
    try (Stream<String> lines = Files.lines(csv)) {
      String header = lines.findFirst().orElse("");
      return header.contains(";") && !header.contains(",") ? ';' : ',';
    }
  }
}
