package dev.finetune.datasets;

import com.google.common.base.CharMatcher;
import dev.finetune.data.DatasetException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * A UTF-8 CSV file with a header that lists images. The separator is a semicolon if the header line
 * contains a semicolon and no comma, otherwise a comma.
 *
 * @param csv the file
 * @param root the folder that the paths are relative to
 * @param pathColumn the header of the column with the paths
 * @param rows the rows, each with all columns of the header
 */
record CsvListing(Path csv, Path root, String pathColumn, List<CSVRecord> rows) {

  /**
   * What a row is about.
   *
   * @param <T> the type of the content
   * @param file the image file
   * @param name the path as in the listing
   * @param content what the other columns say
   */
  record Item<T>(Path file, String name, T content) {}

  /**
   * Reads a row without its path.
   *
   * @param <T> the type of the content
   */
  @FunctionalInterface
  interface RowReader<T> {
    /**
     * Returns the content; empty if there is a problem.
     *
     * @param problems receives what is wrong, without the name of the image
     */
    Optional<T> read(CSVRecord row, List<String> problems);
  }

  /** White space of any script, and characters of no width, which nobody sees in a list. */
  private static final CharMatcher UNSEEN =
      CharMatcher.whitespace().or(CharMatcher.anyOf("\u200b\u2060\ufeff"));

  CsvListing {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a listing.
   *
   * @param columns the headers of the other columns that it must have
   * @throws DatasetException if the file does not exist, lacks a column, or has rows with another
   *     number of columns
   */
  static CsvListing read(Path csv, Path root, String pathColumn, List<String> columns)
      throws IOException {
    String text = CsvText.read(csv);
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setDelimiter(separator(text))
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
            .setAllowMissingColumnNames(true)
            .get();
    try (CSVParser parser = format.parse(new StringReader(text))) {
      List<String> header = parser.getHeaderNames();
      if (!header.contains(pathColumn) || !header.containsAll(columns)) {
        throw new DatasetException(
            "The header of "
                + csv
                + " must have the columns "
                + String.join(", ", Stream.concat(Stream.of(pathColumn), head(columns)).toList())
                + " and "
                + columns.get(columns.size() - 1),
            List.of("got " + header));
      }
      List<String> twice =
          Stream.concat(Stream.of(pathColumn), columns.stream())
              .filter(column -> Collections.frequency(header, column) > 1)
              .distinct()
              .toList();
      if (!twice.isEmpty()) {
        throw new DatasetException(
            "The listing must be a CSV file that has each column that is read once",
            List.of(csv + ": " + String.join(", ", twice) + " more than once in " + header));
      }
      List<CSVRecord> rows = parser.getRecords();
      int width = width(text, format);
      List<String> broken =
          rows.stream()
              .filter(row -> row.size() != width)
              .map(row -> "line " + (row.getRecordNumber() + 1) + ": " + row.size() + " columns")
              .toList();
      if (!broken.isEmpty()) {
        throw new DatasetException(
            "Every row of " + csv + " must have the " + width + " columns of its header", broken);
      }
      return new CsvListing(csv, root, pathColumn, rows);
    } catch (DatasetException e) {
      throw e;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      // An open quote, or text after a quote.
      Throwable cause = e.getCause();
      Throwable told = e instanceof UncheckedIOException && cause != null ? cause : e;
      throw new DatasetException(
          "The listing must be a CSV file", List.of(csv + ": " + told.getMessage()));
    }
  }

  /** Returns the text in a column, without what cannot be seen around it. */
  static String text(CSVRecord row, String column) {
    return UNSEEN.trimFrom(row.get(column));
  }

  /** Returns the number of columns of the header, including those without a name. */
  private static int width(String text, CSVFormat format) throws IOException {
    CSVFormat plain = format.builder().setHeader((String[]) null).setSkipHeaderRecord(false).get();
    try (CSVParser parser = plain.parse(new StringReader(text))) {
      return parser.iterator().next().size();
    }
  }

  private static Stream<String> head(List<String> columns) {
    return columns.stream().limit(columns.size() - 1L);
  }

  private static char separator(String text) {
    String header = text.lines().findFirst().orElse("");
    return header.contains(";") && !header.contains(",") ? ';' : ',';
  }

  /**
   * Reads all rows. A row with a problem has no item.
   *
   * @param problems receives one entry per problem, and one if there are no rows
   */
  <T> List<Item<T>> items(RowReader<T> reader, List<String> problems) {
    Map<Path, Item<T>> items = new LinkedHashMap<>();
    List<Item<T>> all = new ArrayList<>();
    for (CSVRecord row : rows) {
      String path = row.get(pathColumn);
      List<String> own = new ArrayList<>();
      Optional<T> content = reader.read(row, own);
      if (path.isEmpty()) {
        own.add("the column " + pathColumn + " is empty");
      }
      Optional<Path> file = own.isEmpty() ? file(path, own) : Optional.empty();
      if (file.isPresent() && content.isPresent()) {
        Item<T> item = new Item<>(file.get(), path, content.get());
        Item<T> before = items.putIfAbsent(file.get().normalize(), item);
        if (before != null && !before.content().equals(item.content())) {
          own.add("two rows have other values for this file");
        } else {
          all.add(item);
        }
      }
      String name = path.isEmpty() ? "line " + (row.getRecordNumber() + 1) : path;
      own.forEach(problem -> problems.add(name + ": " + problem));
    }
    if (rows.isEmpty()) {
      problems.add(csv + ": the listing has no rows below the header");
    }
    return all;
  }

  /** Returns a file; empty if it cannot be an image. */
  private Optional<Path> file(String path, List<String> problems) {
    try {
      Path file = root.resolve(path);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
      problems.add(
          Files.isDirectory(file)
              ? "must be an image file, got a directory in " + root
              : Files.isSymbolicLink(file)
                  ? "this link leads to no file, in " + root
                  : "no such file in " + root);
    } catch (InvalidPathException e) {
      problems.add(
          path.chars().allMatch(character -> character < 128)
              ? "must be a file name on this system: " + e.getReason()
              : "the name " + FileNames.rule());
    }
    return Optional.empty();
  }

  /** Returns the items of all rows, or throws an exception that lists all problems. */
  <T> List<Item<T>> itemsOrThrow(String rule, RowReader<T> reader) {
    List<String> problems = new ArrayList<>();
    List<Item<T>> items = items(reader, problems);
    if (!problems.isEmpty()) {
      throw new DatasetException(rule, problems);
    }
    return items;
  }
}
