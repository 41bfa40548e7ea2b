package dev.finetune.image;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * The views of an image over which a classifier averages its class probabilities. Several views
 * cost as many forward passes.
 *
 * @param list from 1 to 64 distinct views; their order has no effect. The identity is usually the
 *     first
 */
public record Views(List<View> list) {

  /** The largest number of views. */
  public static final int MOST = 64;

  static final String SIGNS = "signs";
  static final String PHOTOGRAPHS = "photographs";

  private static final Views NONE = of(View.identity());

  /**
   * Creates views. Copies the list.
   *
   * @param list the views
   * @throws IllegalArgumentException if there are none or more than 64, or two are equal
   * @throws NullPointerException if one is null
   */
  public Views {
    list = ImmutableList.copyOf(list);
    checkArgument(
        !list.isEmpty() && list.size() <= MOST,
        "There must be from 1 to %s views, got %s",
        MOST,
        list.size());
    checkArgument(
        list.stream().distinct().count() == list.size(), "Views must be distinct, got %s", list);
  }

  /**
   * {@return these views}
   *
   * @param views from 1 to 64 distinct views
   * @throws IllegalArgumentException if there are none or more than 64, or two are equal
   * @throws NullPointerException if one is null
   */
  public static Views of(View... views) {
    return new Views(List.of(views));
  }

  /** {@return the identity alone: the image as it is} A classifier then averages nothing. */
  public static Views none() {
    return NONE;
  }

  /**
   * {@return views for traffic signs, labels and other flat designs that must not be mirrored} They
   * are the identity, zooms of 0.9 and 1.1, and rotations of 5 degrees in both directions, well
   * within the changes of {@link Augmentations#signs}.
   */
  public static Views signs() {
    View same = View.identity();
    return of(same, same.zoom(0.9), same.zoom(1.1), same.rotate(5), same.rotate(-5));
  }

  /**
   * {@return views for photographs of objects and scenes, which may be mirrored} They are the
   * identity and a zoom of 1.15, which shows three quarters of the area, each with its mirror
   * image.
   */
  public static Views photographs() {
    View same = View.identity();
    View nearer = same.zoom(1.15);
    return of(same, same.mirror(), nearer, nearer.mirror());
  }

  /**
   * {@return the views of a notation, such as {@code identity,zoom:1.1,rotate:5+hflip}} A view is
   * {@code identity} or changes joined by {@code +}: {@code zoom:FACTOR}, {@code shift:RIGHT:DOWN},
   * {@code rotate:DEGREES} and {@code hflip}; see {@link View}. {@code signs} and {@code
   * photographs} are the views of {@link #signs} and {@link #photographs}.
   *
   * @param notation the views, separated by commas
   * @throws IllegalArgumentException if a name is unknown, an argument is invalid, two views are
   *     equal, or there are more than 64
   */
  public static Views parse(String notation) {
    return new Views(ViewNotation.parse(notation));
  }

  /** {@return the notation, which {@link #parse} reads} */
  public String notation() {
    return list.stream().map(View::notation).collect(joining(","));
  }

  /** {@return the number of views} */
  public int size() {
    return list.size();
  }

  /** {@return whether these are {@link #none}} */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * {@return the image in each view, in order}
   *
   * @param image an image of any size; not changed
   */
  public List<Pixels> apply(Pixels image) {
    return list.stream().map(view -> view.apply(image)).toList();
  }

  @Override
  public String toString() {
    return notation();
  }
}
