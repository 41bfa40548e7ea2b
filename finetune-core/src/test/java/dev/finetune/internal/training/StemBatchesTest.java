package dev.finetune.internal.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class StemBatchesTest {

  private static final int SIZE = 8;

  /** Adds all examples image by image and returns the numbers in each batch. */
  private static List<List<Integer>> batches(int images, int variants, boolean[] stored) {
    StemBatches batches = new StemBatches(SIZE, images * variants);
    List<List<Integer>> taken = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      for (int variant = 0; variant < variants; variant++) {
        int number = variant * images + image;
        batches.add(
            new StemExample(number, Optional.empty(), Optional.empty()),
            stored.length == 0 || !stored[number % stored.length]);
      }
      while (batches.full()) {
        taken.add(numbers(batches.take()));
      }
    }
    taken.add(numbers(batches.take()));
    assertThat(batches.take()).isEmpty();
    taken.removeIf(List::isEmpty);
    return taken;
  }

  private static List<Integer> numbers(List<StemExample> batch) {
    return batch.stream().map(StemExample::number).toList();
  }

  @Property(tries = 200, seed = "42")
  void should_batch_by_number_whatever_the_order(
      @ForAll @IntRange(min = 1, max = 40) int images,
      @ForAll @IntRange(min = 1, max = 7) int variants) {
    int examples = images * variants;

    List<List<Integer>> batches = batches(images, variants, new boolean[0]);

    assertThat(batches)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, (examples + SIZE - 1) / SIZE)
                .mapToObj(
                    b ->
                        IntStream.range(b * SIZE, Math.min(examples, (b + 1) * SIZE))
                            .boxed()
                            .toList())
                .toList());
  }

  @Property(tries = 200, seed = "42")
  void should_fill_the_places_of_what_is_not_computed(
      @ForAll @IntRange(min = 1, max = 40) int images,
      @ForAll @IntRange(min = 1, max = 7) int variants,
      @ForAll boolean[] stored) {
    List<List<Integer>> batches = batches(images, variants, stored);

    assertThat(batches.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, images * variants)
                .filter(n -> stored.length == 0 || !stored[n % stored.length])
                .boxed()
                .toList());
    assertThat(batches.stream().limit(Math.max(0, batches.size() - 1)))
        .allSatisfy(batch -> assertThat(batch).hasSize(SIZE));
  }
}
