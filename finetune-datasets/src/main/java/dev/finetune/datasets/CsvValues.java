package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import dev.finetune.data.DatasetException;
import dev.finetune.data.ValueDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;

/**
 * A reader for images with numbers that are listed in a UTF-8 CSV file with a header. One column
 * holds the path of the file, and each value has a column.
 *
 * <p>The separator of columns is a semicolon if the header line contains a semicolon and no comma,
 * otherwise a comma. Spaces around values are removed. Numbers have a decimal point, and may have
 * an exponent: {@code -12.5}, {@code 3e-4}. Each row belongs to the file that it names.
 */
public final class CsvValues {

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private CsvValues() {}

  /**
   * Reads a listing.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param valueColumns the headers of the columns of the values, which are the names of the values
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws IllegalArgumentException if there are no values, or one occurs twice
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column, a value that is not a finite number or a file that
   *     does not exist; it lists every such row
   * @throws IOException if the listing cannot be read
   */
  public static ValueDataset read(Path csv, Path root, String pathColumn, List<String> valueColumns)
      throws IOException {
    checkArgument(!valueColumns.isEmpty(), "valueColumns must have at least one column, got none");
    CsvListing listing = CsvListing.read(csv, root, pathColumn, valueColumns);
    return ValueDataset.of(
        valueColumns,
        listing.itemsOrThrow(
            "Every row of " + csv + " must name a file and its values",
            (row, problems) -> Optional.of(numbers(row, valueColumns, problems))),
        item -> item.content().stream().mapToDouble(Double::doubleValue).toArray(),
        CsvListing.Item::name,
        Images.loader(CsvListing.Item::file));
  }

  private static List<Double> numbers(
      CSVRecord row, List<String> valueColumns, List<String> problems) {
    List<Double> numbers = new ArrayList<>();
    for (String column : valueColumns) {
      String text = row.get(column);
      // Double.parseDouble also accepts other texts, such as NaN, 1f and 0x1p3.
      double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
      if (!Double.isFinite(number)) {
        problems.add("the column " + column + " must be a finite number, got \"" + text + "\"");
      }
      numbers.add(number);
    }
    return numbers;
  }
}
