package dev.finetune.internal.cache;

import com.google.common.hash.HashCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Features in the heap, for a process that may not write to the cache folder. They have the layout
 * and so the precision of stored ones.
 */
final class HeapRecords implements Records {

  private final RecordLayout layout;
  private final Map<HashCode, ByteBuffer> records = new ConcurrentHashMap<>();

  HeapRecords(RecordLayout layout) {
    this.layout = layout;
  }

  @Override
  public Set<HashCode> images() {
    return records.keySet();
  }

  @Override
  public FloatBuffer[] read(HashCode key) {
    @Nullable ByteBuffer record = records.get(key);
    if (record == null) {
      throw new IllegalStateException("Features must be computed before they are read, got " + key);
    }
    return layout.decode(record);
  }

  @Override
  public void scan() {}

  @Override
  public void append(HashCode key, float[][] outputs) {
    ByteBuffer record = ByteBuffer.allocate(layout.payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    layout.encode(outputs, record);
    records.put(key, record.clear());
  }

  @Override
  public void close() {
    records.clear();
  }
}
