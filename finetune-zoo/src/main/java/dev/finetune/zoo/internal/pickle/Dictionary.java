package dev.finetune.zoo.internal.pickle;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dictionary of a pickle. Compared by identity. Keys are compared by content only if they are
 * numbers, texts or truth values.
 */
public final class Dictionary {

  private final Map<Object, Object> entries = new LinkedHashMap<>();

  /** Returns the entries, in the order of the pickle. */
  public Map<Object, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  void put(Object key, Object value) {
    boolean simple =
        key instanceof String
            || key instanceof Long
            || key instanceof Double
            || key instanceof Boolean
            || key instanceof BigInteger;
    entries.put(simple ? key : new Object(), value);
  }
}
