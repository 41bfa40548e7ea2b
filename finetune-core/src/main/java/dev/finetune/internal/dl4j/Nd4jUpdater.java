package dev.finetune.internal.dl4j;

import dev.finetune.internal.network.ParameterUpdater;
import dev.finetune.train.Optimizer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/** Updates all parameters at once with ND4J's own kernels, which are native and parallel. */
public final class Nd4jUpdater implements ParameterUpdater {

  private static final long LINE = 64;

  private final Row values;
  private final Row gradients;
  private final INDArray state;
  private final GradientUpdater<?> updater;
  private int steps;

  public Nd4jUpdater(Optimizer optimizer, long count) {
    Backend.require();
    this.values = Row.of(count);
    this.gradients = Row.of(count);
    IUpdater configured = Updaters.of(optimizer);
    this.state = Nd4j.create(DataType.FLOAT, 1, Math.max(1, configured.stateSize(count)));
    this.updater = configured.instantiate(state, true);
  }

  /** A row of zeros that begins on a cache line, and the address of its first value. */
  private record Row(INDArray whole, INDArray array, Pointer pointer) {
    static Row of(long count) {
      long spare = LINE / Float.BYTES;
      INDArray whole = Nd4j.create(DataType.FLOAT, 1, count + spare);
      long past = whole.data().pointer().address() % LINE;
      long shift = past == 0 ? 0 : (LINE - past) / Float.BYTES;
      return new Row(
          whole,
          whole.get(NDArrayIndex.all(), NDArrayIndex.interval(shift, shift + count)),
          new BytePointer(whole.data().pointer()).getPointer(shift * Float.BYTES));
    }
  }

  @Override
  public Pointer values() {
    return values.pointer();
  }

  @Override
  public Pointer gradients() {
    return gradients.pointer();
  }

  @Override
  public void update() {
    updater.applyUpdater(gradients.array(), steps++, 0);
    values.array().subi(gradients.array());
  }

  @Override
  public long bytes() {
    return (2 * values.whole().length() + state.length()) * Float.BYTES;
  }

  @Override
  public void close() {
    values.whole().close();
    gradients.whole().close();
    state.close();
  }
}
