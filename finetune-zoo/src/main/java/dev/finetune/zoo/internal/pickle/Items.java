package dev.finetune.zoo.internal.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list, tuple or set of a pickle. Compared by identity: a small pickle can nest lists so that a
 * comparison by content would never end.
 */
public final class Items {

  private final List<Object> values;

  Items(List<Object> values) {
    this.values = new ArrayList<>(values);
  }

  /** Returns the values, in order. */
  public List<Object> values() {
    return Collections.unmodifiableList(values);
  }

  /** Returns the value at an index; null if there are fewer. */
  public @Nullable Object at(int index) {
    return index < values.size() ? values.get(index) : null;
  }

  void addAll(List<Object> more) {
    values.addAll(more);
  }
}
