package dev.finetune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of tags and their names before they are used. */
public final class Tags {

  private Tags() {}

  /**
   * {@return the names of a dataset's tags}
   *
   * @param data the dataset
   * @throws DatasetException if it throws, or returns null or a null name
   */
  public static List<String> namesOf(TagDataset data) {
    return Names.of(data, "tagNames", data::tagNames);
  }

  /**
   * Reads and checks the tags of all datasets.
   *
   * @param datasets the datasets to read
   * @return for each dataset, whether an image has a tag, by image and tag
   * @throws DatasetException if an image does not have one flag per tag name, or its tags cannot be
   *     read; lists all such images
   */
  public static List<boolean[][]> of(TagDataset... datasets) {
    Problems problems = new Problems();
    List<boolean[][]> all = Arrays.stream(datasets).map(data -> read(data, problems)).toList();
    problems.throwIfAny("Every image must have a flag for each tag of its dataset");
    return all;
  }

  private static boolean[][] read(TagDataset data, Problems problems) {
    int count = data.tagNames().size();
    boolean[][] tags = new boolean[data.size()][];
    for (int i = 0; i < tags.length; i++) {
      tags[i] = new boolean[count];
      try {
        boolean @Nullable [] given = data.tags(i);
        if (given == null || given.length != count) {
          problems.add(
              Problems.nameOf(data, i)
                  + ": tags must have one flag for each of "
                  + data.tagNames()
                  + ", got "
                  + Arrays.toString(given));
        } else {
          tags[i] = given.clone();
        }
      } catch (RuntimeException e) {
        problems.add(Problems.failed(data, i, "tags", e), e);
      }
    }
    return tags;
  }

  /**
   * Checks the names of tags.
   *
   * @param tagNames the names of the tags
   * @throws IllegalArgumentException if there are none, or a name is repeated
   */
  public static void requireTagNames(List<String> tagNames) {
    if (tagNames.isEmpty()) {
      throw new IllegalArgumentException("Images must have at least 1 tag name, got none");
    }
    Names.requireDistinct("Tag", tagNames);
  }

  /**
   * Checks that every tag has a training image.
   *
   * @param tagNames the names of the tags
   * @param tags whether a training image has a tag, by image and tag
   * @throws DatasetException if no image has a tag; lists all such tags
   */
  public static void requireEveryTag(List<String> tagNames, boolean[][] tags) {
    List<String> absent = new ArrayList<>();
    for (int tag = 0; tag < tagNames.size(); tag++) {
      int index = tag;
      if (Arrays.stream(tags).noneMatch(row -> row[index])) {
        absent.add(
            tagNames.get(tag) + ": none of the " + tags.length + " training images has this tag");
      }
    }
    if (!absent.isEmpty()) {
      throw new DatasetException("Every tag must have a training image", absent);
    }
  }
}
