package dev.finetune.image;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The notation of views on a command line: {@link Views#parse}. */
final class ViewNotation {

  private static final String IDENTITY = "identity";
  private static final String ZOOM = "zoom";
  private static final String SHIFT = "shift";
  private static final String ROTATE = "rotate";
  private static final String MIRROR = "hflip";

  /** The number of arguments of each change. */
  private static final ImmutableMap<String, Integer> ARGUMENTS =
      ImmutableMap.of(IDENTITY, 0, ZOOM, 1, SHIFT, 2, ROTATE, 1, MIRROR, 0);

  private ViewNotation() {}

  static String of(View view) {
    List<String> changes = new ArrayList<>();
    if (view.zoom() != 1) {
      changes.add(ZOOM + ":" + view.zoom());
    }
    if (view.right() != 0 || view.down() != 0) {
      changes.add(SHIFT + ":" + view.right() + ":" + view.down());
    }
    if (view.degrees() != 0) {
      changes.add(ROTATE + ":" + view.degrees());
    }
    if (view.mirrored()) {
      changes.add(MIRROR);
    }
    return changes.isEmpty() ? IDENTITY : String.join("+", changes);
  }

  static List<View> parse(String notation) {
    return Splitter.on(',')
        .trimResults()
        .splitToStream(notation)
        .flatMap(
            text ->
                switch (text) {
                  case Views.SIGNS -> Views.signs().list().stream();
                  case Views.PHOTOGRAPHS -> Views.photographs().list().stream();
                  default -> Stream.of(view(text));
                })
        .toList();
  }

  private static View view(String text) {
    View view = View.identity();
    List<String> changed = new ArrayList<>();
    for (String change : Splitter.on('+').splitToList(text)) {
      List<String> words = Splitter.on(':').splitToList(change);
      if (changed.contains(words.get(0))) {
        throw new IllegalArgumentException(
            "A view must have each change once, got \"" + text + "\"");
      }
      changed.add(words.get(0));
      view = changed(view, words, text);
    }
    return view;
  }

  private static View changed(View view, List<String> words, String text) {
    if (!Objects.equals(ARGUMENTS.get(words.get(0)), words.size() - 1)) {
      throw new IllegalArgumentException(
          "A view must be identity, or changes joined by + of zoom:FACTOR, shift:RIGHT:DOWN,"
              + " rotate:DEGREES and hflip; signs and photographs are several views; got \""
              + text
              + "\"");
    }
    try {
      return switch (words.get(0)) {
        case ZOOM -> view.zoom(number(words, 1));
        case SHIFT -> view.shift(number(words, 1), number(words, 2));
        case ROTATE -> view.rotate(number(words, 1));
        case MIRROR -> view.mirror();
        default -> view;
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The arguments of a view must be numbers, got \"" + text + "\"", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  private static double number(List<String> words, int index) {
    return Double.parseDouble(words.get(index));
  }
}
