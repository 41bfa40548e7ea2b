package dev.finetune.train;

import static com.google.common.base.Preconditions.checkNotNull;

import dev.finetune.graph.layer.Shape;
import dev.finetune.loss.Targets;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/** A random choice of two mixtures: {@link BatchMix#either}. */
record EitherMix(BatchMix first, BatchMix second) implements BatchMix {

  EitherMix {
    checkNotNull(first, "first mixture must not be null");
    checkNotNull(second, "second mixture must not be null");
  }

  @Override
  public void require(List<Shape> shapes, Targets.Kind kind) {
    first.require(shapes, kind);
    second.require(shapes, kind);
  }

  @Override
  public Mixed mix(
      List<FloatBuffer[]> inputs,
      List<Shape> shapes,
      Targets targets,
      int outputs,
      RandomGenerator random) {
    BatchMix chosen = random.nextDouble() < 0.5 ? first : second;
    return chosen.mix(inputs, shapes, targets, outputs, random);
  }

  @Override
  public String description() {
    return first.description() + "," + second.description();
  }
}
