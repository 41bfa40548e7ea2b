package dev.finetune.datasets;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import dev.finetune.data.DatasetException;
import dev.finetune.data.Labels;
import dev.finetune.data.TagDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * A reader for images with any number of tags each that are listed in a UTF-8 CSV file with a
 * header. One column holds the path of the file. The tags are in another column, with a separator
 * between them, or there is one column per tag with 0 or 1.
 *
 * <p>The separator of columns is a semicolon if the header line contains a semicolon and no comma,
 * otherwise a comma. Spaces around values are removed. Each row belongs to the file that it names.
 */
public final class CsvTags {

  private CsvTags() {}

  /**
   * Reads a listing with all tags of an image in one column. The tag names are those that occur,
   * sorted as strings.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param tagsColumn the header of the column with the tags; an empty value is an image without
   *     tags
   * @param separator what is between two tags, such as {@code ;} or {@code |}
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws IllegalArgumentException if {@code separator} is empty
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column or a file that does not exist; it lists every such
   *     row
   * @throws IOException if the listing cannot be read
   */
  public static TagDataset read(
      Path csv, Path root, String pathColumn, String tagsColumn, String separator)
      throws IOException {
    Splitter splitter = splitter(separator);
    CsvListing listing = CsvListing.read(csv, root, pathColumn, List.of(tagsColumn));
    return TagDataset.of(
        listing.itemsOrThrow(
            rule(csv), (row, problems) -> Optional.of(splitter.splitToList(row.get(tagsColumn)))),
        CsvListing.Item::content,
        CsvListing.Item::name,
        Images.loader(CsvListing.Item::file));
  }

  /**
   * Reads a listing with all tags of an image in one column, with the given tags: for example
   * validation images with the tags of the training images.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param tagsColumn the header of the column with the tags; an empty value is an image without
   *     tags
   * @param separator what is between two tags, such as {@code ;} or {@code |}
   * @param tagNames the names of all tags; tags without rows are allowed
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws IllegalArgumentException if {@code separator} is empty, or a tag name occurs twice
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column, an unknown tag or a file that does not exist; it
   *     lists every such row
   * @throws IOException if the listing cannot be read
   */
  public static TagDataset read(
      Path csv,
      Path root,
      String pathColumn,
      String tagsColumn,
      String separator,
      List<String> tagNames)
      throws IOException {
    Splitter splitter = splitter(separator);
    CsvListing listing = CsvListing.read(csv, root, pathColumn, List.of(tagsColumn));
    return dataset(
        listing,
        tagNames,
        (row, problems) -> {
          List<String> tags = splitter.splitToList(row.get(tagsColumn));
          tags.stream()
              .filter(tag -> !tagNames.contains(tag))
              .forEach(
                  tag ->
                      problems.add(
                          "tag \""
                              + tag
                              + "\" is none of the tags "
                              + tagNames
                              + Labels.lookAlike(tagNames, List.of(tag))));
          return Optional.of(Set.copyOf(tags));
        });
  }

  /**
   * Reads a listing with one column per tag. It has 1 for images with the tag and 0 for others.
   *
   * @param csv the listing
   * @param root the folder that the paths in the listing are relative to
   * @param pathColumn the header of the column with the paths
   * @param tagColumns the headers of the columns of the tags, which are the names of the tags
   * @return the images in the order of the rows; each is named by its path in the listing
   * @throws IllegalArgumentException if there are no tags, or one occurs twice
   * @throws DatasetException if the listing does not exist, lacks one of the columns or has no
   *     rows, or if rows have a missing column, a value other than 0 and 1 or a file that does not
   *     exist; it lists every such row
   * @throws IOException if the listing cannot be read
   */
  public static TagDataset readColumns(
      Path csv, Path root, String pathColumn, List<String> tagColumns) throws IOException {
    checkArgument(!tagColumns.isEmpty(), "tagColumns must have at least one column, got none");
    CsvListing listing = CsvListing.read(csv, root, pathColumn, tagColumns);
    return dataset(
        listing, tagColumns, (row, problems) -> Optional.of(flagged(row, tagColumns, problems)));
  }

  private static Set<String> flagged(
      CSVRecord row, List<String> tagColumns, List<String> problems) {
    Set<String> tags = new LinkedHashSet<>();
    for (String column : tagColumns) {
      String flag = row.get(column);
      if (flag.equals("1")) {
        tags.add(column);
      } else if (!flag.equals("0")) {
        problems.add("the column " + column + " must be 0 or 1, got \"" + flag + "\"");
      }
    }
    return tags;
  }

  private static TagDataset dataset(
      CsvListing listing, List<String> tagNames, CsvListing.RowReader<Set<String>> reader) {
    return TagDataset.of(
        tagNames,
        listing.itemsOrThrow(rule(listing.csv()), reader),
        CsvListing.Item::content,
        CsvListing.Item::name,
        Images.loader(CsvListing.Item::file));
  }

  private static Splitter splitter(String separator) {
    checkArgument(!separator.isBlank(), "separator must not be blank, got \"%s\"", separator);
    return Splitter.on(separator).trimResults().omitEmptyStrings();
  }

  private static String rule(Path csv) {
    return "Every row of " + csv + " must name a file and its tags";
  }
}
