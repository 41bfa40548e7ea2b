package dev.finetune.internal.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardsTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "4, 4", "5, 1", "6, 3", "8, 4", "14, 2", "16, 4"})
  void should_use_all_threads(int threads, int shards) {
    assertThat(Shards.count(threads)).isEqualTo(shards);
  }

  @Property(seed = "7")
  void should_assign_each_example_to_one_shard(
      @ForAll @IntRange(min = 1, max = 200) int batch,
      @ForAll @IntRange(min = 1, max = 9) int shards) {
    List<Integer> bounds = Shards.bounds(batch, shards);

    assertThat(bounds).hasSize(Math.min(batch, shards) + 1).startsWith(0).endsWith(batch);
    for (int i = 0; i + 1 < bounds.size(); i++) {
      int size = bounds.get(i + 1) - bounds.get(i);
      assertThat(size).isBetween(Math.max(1, batch / shards), batch / shards + 1);
    }
  }
}
