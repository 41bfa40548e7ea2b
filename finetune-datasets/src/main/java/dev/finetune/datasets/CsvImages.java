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
 * Images listed in a CSV file with a header: one column names the file, one the class. The
 * separator, comma or semicolon, is told from the header line.
 *
 * <p>A row belongs to the file that it names. Rows are never joined to files by position: a listing
 * and a folder are in one order only by luck.
 */
public final class CsvImages {

  private CsvImages() {}

  /**
   * Classes are the labels that occur, sorted as strings.
   *
   * @param root the folder that the paths start from
   * @throws DatasetException one that lists every row whose file is missing or whose label is empty
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
   * Classes as given, those of the training images say.
   *
   * @throws DatasetException one that lists every row whose file is missing or whose label is none
   *     of the classes
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
        problems.add(path + ": the column " + labelColumn + " is empty, so it has no class");
      } else if (index < 0) {
        problems.add(path + ": class \"" + label + "\" is none of the classes " + classNames);
      } else if (!Files.isRegularFile(file)) {
        problems.add(path + ": no such file in " + root);
      } else {
        entries.add(new FileImages.Entry(file, path, index));
      }
    }
    if (rows.isEmpty()) {
      problems.add(csv + ": no rows below the header");
    }
    return new Scan(
        "Every row of " + csv + " names a file and a class",
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
            "The header of " + csv + " has the columns " + pathColumn + " and " + labelColumn,
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
            "Every row of " + csv + " has the " + columns.size() + " columns of its header",
            broken);
      }
      return rows;
    }
  }

  private static char separator(Path csv) throws IOException {
    if (!Files.isRegularFile(csv)) {
      throw new DatasetException(
          "Images are listed in a CSV file", List.of(csv + ": no such file"));
    }
    try (Stream<String> lines = Files.lines(csv)) {
      String header = lines.findFirst().orElse("");
      return header.contains(";") && !header.contains(",") ? ';' : ',';
    }
  }
}
