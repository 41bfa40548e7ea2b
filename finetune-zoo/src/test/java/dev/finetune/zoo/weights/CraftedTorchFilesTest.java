package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.finetune.data.UnreadableFileException;
import dev.finetune.weights.WeightsException;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests files that no program writes: each is refused by name, and takes neither much memory nor
 * time.
 */
@Timeout(60) // a guard against hangs; the files are read in milliseconds
class CraftedTorchFilesTest {

  private static final TinyArchitecture TINY = new TinyArchitecture();
  private static final Form FORM = Form.square(8, Dialect.TORCHVISION, Top.NONE);
  private static final long MOST_BYTES = 64L << 20;
  private static final int STORAGE = 108 * 4;

  @TempDir Path folder;

  /** Writes a dictionary whose only tensor is the kernel of the convolution. */
  private static byte[] kernel(long offset, long[] shape, long[] strides) {
    return new PickleBytes()
        .op('}')
        .text("features.0.weight")
        .tensor(offset, shape, strides)
        .op('s')
        .stop();
  }

  private static byte[] pickle(Consumer<PickleBytes> content) {
    PickleBytes pickle = new PickleBytes();
    content.accept(pickle);
    return pickle.stop();
  }

  private Throwable refusal(byte[] pickle) throws IOException {
    return refusal(PickleBytes.zip(folder.resolve("crafted.pth"), pickle, STORAGE, false));
  }

  private static Throwable refusal(Path file) {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Throwable thrown = catchThrowable(() -> WeightReader.read(file, TINY, FORM));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
    assertThat(thrown).isInstanceOfAny(UnreadableFileException.class, WeightsException.class);
    assertThat(thrown).hasMessageContaining(file.toString());
    assertThat(String.valueOf(thrown.getMessage()).lines().count()).isLessThanOrEqualTo(10);
    return thrown;
  }

  /** Each list contains the one before twice, so comparing or walking them takes 2^60 steps. */
  @Test
  void should_not_walk_lists_that_double() throws IOException {
    Consumer<PickleBytes> laughs =
        p -> {
          p.op(']', 'q', (char) 0, '0');
          for (int level = 1; level < 60; level++) {
            p.op(']', '(', 'h', (char) (level - 1), 'h', (char) (level - 1), 'e');
            p.op('q', (char) level, '0');
          }
          p.op('h', (char) 59);
        };

    assertThat(refusal(pickle(laughs))).hasMessageContaining("dictionaries must be at most");
    assertThat(
            refusal(
                pickle(
                    p -> {
                      p.op('}');
                      laughs.accept(p);
                      p.op('N', 's'); // the lists are a key
                    })))
        .hasMessageContaining("dictionary of tensors, got none");
  }

  /** Dictionaries that double are walked no further than the limit of entries. */
  @Test
  void should_limit_the_entries_of_shared_dictionaries() throws IOException {
    byte[] doubling =
        pickle(
            p -> {
              p.op('}').text("a").op('K', (char) 1, 's', 'q', (char) 0);
              for (int level = 1; level < 15; level++) {
                p.op('}', '(');
                for (int copy = 0; copy < 4; copy++) {
                  p.text("" + copy).op('h', (char) (level - 1));
                }
                p.op('u', 'q', (char) level);
              }
            });
    PickleBytes.zip(folder.resolve("crafted.pth"), doubling, STORAGE, false);

    Throwable thrown =
        catchThrowable(() -> WeightReader.read(folder.resolve("crafted.pth"), TINY, FORM));

    assertThat(thrown)
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("at most 2000000 entries in all");
  }

  @Test
  void should_refuse_a_list_that_contains_itself() throws IOException {
    assertThat(refusal(pickle(p -> p.op(']', 'q', (char) 0, 'h', (char) 0, 'a'))))
        .hasMessageContaining("at most 16 deep");
  }

  @Test
  void should_not_allocate_what_a_tensor_claims() throws IOException {
    long[] ones = {1, 1, 1, 1};
    assertThat(refusal(kernel(0, new long[] {2_000_000_000}, new long[] {0})))
        .hasMessageContaining("shape: conv/kernel expected [4, 3, 3, 3], got [2000000000]");
    assertThat(refusal(kernel(0, new long[] {65536, 65536, 65536, 65536}, new long[] {0, 0, 0, 0})))
        .hasMessageContaining("shape: conv/kernel");
    for (long[] shape :
        new long[][] {{-1, 3, 3, 3}, {4, 3, 3, 1L << 40}, {4, 3, 3, Long.MIN_VALUE}}) {
      assertThat(refusal(kernel(0, shape, ones))).hasMessageContaining("got none");
    }
  }

  @Test
  void should_refuse_values_outside_the_storage() throws IOException {
    long[] shape = {4, 3, 3, 3};
    assertThat(refusal(everything(1, new long[] {27, 9, 3, 1})))
        .hasMessageContainingAll("features.0.weight", "within the 432 bytes", "byte 436");
    assertThat(refusal(everything(0, new long[] {1L << 30, 1L << 30, 1L << 30, 1L << 30})))
        .hasMessageContaining("within the 432 bytes");
    assertThat(refusal(everything(Long.MAX_VALUE, new long[] {27, 9, 3, 1})))
        .hasMessageContaining("within the 432 bytes");
    assertThat(refusal(kernel(-1, shape, new long[] {27, 9, 3, 1})))
        .hasMessageContaining("got none");
    assertThat(refusal(kernel(0, shape, new long[] {27, 9, 3, -1})))
        .hasMessageContaining("got none");
    assertThat(refusal(kernel(0, shape, new long[] {27, 9, 3}))).hasMessageContaining("got none");
  }

  /** Writes all tensors of the network; the kernel lies where the arguments say. */
  private static byte[] everything(long offset, long[] strides) {
    return pickle(
        p -> {
          p.op('}', '(').text("features.0.weight").tensor(offset, new long[] {4, 3, 3, 3}, strides);
          for (String name :
              new String[] {"0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"}) {
            p.text("features." + name).tensor(0, new long[] {4}, new long[] {1});
          }
          p.op('u');
        });
  }

  @Test
  void should_refuse_operations_without_operands() throws IOException {
    for (String operations : new String[] {"t", "R", "s", "a", "0", "1", "Q", "b", "2", "e", "u"}) {
      assertThat(refusal(pickle(p -> p.op(operations.toCharArray())))).hasMessageContaining("byte");
    }
    for (String operations : new String[] {"NNR", "](s", "NN)R", "N(Ne", "}(NNNu", "NNa", "}Nb("}) {
      refusal(pickle(p -> p.op(operations.toCharArray())));
    }
    assertThat(refusal(pickle(p -> p.op('h', (char) 7)))).hasMessageContaining("number 7");
    assertThat(refusal(pickle(p -> p.op(0x82, 1)))).hasMessageContaining("got 0x82");
  }

  /** Enums are pickled as calls of getattr, and a module of an application may be named code. */
  @Test
  void should_pass_over_objects_of_an_application() throws IOException {
    Consumer<PickleBytes> objects =
        p -> {
          p.op('}', '(').text("features.0.weight");
          p.tensor(0, new long[] {4, 3, 3, 3}, new long[] {27, 9, 3, 1});
          for (String name :
              new String[] {"0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"}) {
            p.text("features." + name).tensor(0, new long[] {4}, new long[] {1});
          }
          p.text("mode").global("builtins", "getattr").op('(').global("code.modes", "Mode");
          p.text("FAST").op('t', 'R', 'u');
        };
    Path file = PickleBytes.zip(folder.resolve("own.pth"), pickle(objects), STORAGE, false);

    assertThat(WeightReader.read(file, TINY, FORM).tensors().rowKeySet())
        .containsExactlyInAnyOrder("conv", "norm");
  }

  @Test
  void should_not_allocate_what_a_text_claims() throws IOException {
    assertThat(refusal(pickle(p -> p.op('X').int32(60 << 20)))).hasMessageContaining("truncated");
    assertThat(refusal(pickle(p -> p.op('X').int32(-5)))).hasMessageContaining("got one of -5");
    assertThat(refusal(pickle(p -> p.op('X').int32(Integer.MAX_VALUE))))
        .hasMessageContaining("at most 67108864 bytes");
    assertThat(refusal(pickle(p -> p.op(0x8e).int64(Long.MIN_VALUE))))
        .hasMessageContaining("texts");
  }

  @Test
  void should_not_unpack_more_than_a_pickle_can_have() throws IOException {
    byte[] large = new byte[140_000_000];
    Arrays.fill(large, (byte) 'N');
    Path file = PickleBytes.zip(folder.resolve("bomb.pth"), large, 4, true);

    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThat(refusal(file)).hasMessageContainingAll("data.pkl", "at most 134217728 bytes");
  }

  @Test
  void should_not_unpack_more_than_a_tensor_needs() throws IOException {
    Path file =
        PickleBytes.zip(
            folder.resolve("bomb.pth"), everything(0, new long[] {27, 9, 3, 1}), 200_000_000, true);

    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThat(refusal(file)).hasMessageContainingAll("archive/data/0", "got 200000000");
  }

  @Test
  void should_limit_the_objects_of_a_pickle() throws IOException {
    byte[] many = new byte[6_000_000];
    Arrays.fill(many, (byte) 'N');
    PickleBytes.zip(folder.resolve("many.pth"), many, 4, true);

    assertThat(catchThrowable(() -> WeightReader.read(folder.resolve("many.pth"), TINY, FORM)))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining("at most 5000000 objects");
  }
}
