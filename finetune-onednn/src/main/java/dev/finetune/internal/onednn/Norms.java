package dev.finetune.internal.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;

import dev.finetune.graph.Node;
import dev.finetune.graph.layer.BatchNorm;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** Records batch normalisation. */
final class Norms {

  private final Recorder recorder;
  private final ParameterStore parameters;
  private final Lowering.Mode mode;
  private final NormTraining norms;
  private final int batch;

  Norms(
      Recorder recorder,
      ParameterStore parameters,
      Lowering.Mode mode,
      NormTraining norms,
      int batch) {
    this.recorder = recorder;
    this.parameters = parameters;
    this.mode = mode;
    this.norms = norms;
    this.batch = batch;
  }

  /**
   * Records a batch normalisation. It uses the statistics of the batch where it trains and the
   * policy ({@link NormTraining}) says so, else the stored ones.
   *
   * @param parametersOf the name of the layer that owns the parameters
   * @param trained whether its parameters train
   */
  Lowered lower(Node node, String parametersOf, Value input, boolean trained) {
    Shape in = input.shape();
    Value image =
        in.flat()
            ? recorder
                .reorder(node.name(), input, Layouts.plain(in, batch))
                .viewed(Layouts.plain(batch, in.channels(), 1, 1), in)
            : input;
    Lowered lowered =
        new Norm(node, parametersOf, (BatchNorm) node.layer(), image, trained).lower();
    if (!in.flat()) {
      return lowered;
    }
    memory.desc rows = Layouts.plain(in, batch);
    return new Lowered(
        lowered.output().viewed(rows, in),
        (gradient, wanted) -> {
          Value incoming = recorder.reorder(node.name(), gradient, rows).viewed(image.layout(), in);
          Value outgoing = lowered.backward().record(incoming, wanted).get(0);
          return Collections.singletonList(outgoing == null ? null : outgoing.viewed(rows, in));
        });
  }

  /** One batch normalisation while it is recorded. */
  private final class Norm {
    private final Node node;
    private final BatchNorm norm;
    private final Value input;
    private final boolean ofBatch;
    private final boolean trained;
    private final int flags;
    private final List<Argument> affine;
    private final Argument mean;
    private final Argument variance;
    private final String parametersOf;

    Norm(Node node, String parametersOf, BatchNorm norm, Value input, boolean trained) {
      this.node = node;
      this.parametersOf = parametersOf;
      this.norm = norm;
      this.input = input;
      this.trained = trained;
      this.ofBatch =
          trained
              && switch (mode) {
                case TRAINING -> !norms.policy().keeps(parametersOf);
                case STATISTICS -> norms.policy().recomputes(parametersOf);
                case INFERENCE, JUDGING -> false;
              };
      this.flags =
          (norm.scale() ? dnnl.dnnl_use_scale : 0)
              | dnnl.dnnl_use_shift
              | (ofBatch ? 0 : dnnl.dnnl_use_global_stats);
      Argument shift = parameters.value(DNNL_ARG_SHIFT, parametersOf, ParameterRole.BETA);
      this.affine =
          norm.scale()
              ? List.of(parameters.value(DNNL_ARG_SCALE, parametersOf, ParameterRole.GAMMA), shift)
              : List.of(shift);
      this.mean = statistic(DNNL_ARG_MEAN, ParameterRole.MOVING_MEAN);
      this.variance = statistic(DNNL_ARG_VARIANCE, ParameterRole.MOVING_VARIANCE);
    }

    private Argument statistic(int role, ParameterRole stored) {
      if (!ofBatch) {
        return parameters.value(role, parametersOf, stored);
      }
      memory.desc layout = Layouts.plain(input.shape().channels());
      return recorder.argument(role, layout);
    }

    Lowered lower() {
      batch_normalization_forward.primitive_desc description =
          new batch_normalization_forward.primitive_desc(
              new batch_normalization_forward.desc(
                  (mode == Lowering.Mode.TRAINING || ofBatch
                          ? prop_kind.forward_training
                          : prop_kind.forward_inference)
                      .value,
                  input.layout(),
                  (float) norm.epsilon(),
                  flags),
              Recorder.attributes(),
              OneDnn.engine());
      Value result = recorder.value(input.layout(), node.output());
      List<Argument> arguments = new ArrayList<>(affine);
      arguments.add(input.as(DNNL_ARG_SRC));
      arguments.add(mean);
      arguments.add(variance);
      arguments.add(result.as(DNNL_ARG_DST));
      recorder.add(
          node.name(),
          description,
          new batch_normalization_forward(description),
          arguments.toArray(Argument[]::new));
      if (ofBatch && mode == Lowering.Mode.STATISTICS) {
        observe();
      } else if (ofBatch) {
        OptionalDouble keep = norms.policy().momentum(norm);
        if (keep.isPresent()) {
          follow(mean, ParameterRole.MOVING_MEAN, (float) keep.getAsDouble());
          follow(variance, ParameterRole.MOVING_VARIANCE, (float) keep.getAsDouble());
        }
      }
      return new Lowered(
          result, (gradient, wanted) -> backward(description, gradient, wanted.get(0)));
    }

    /** Records that the batch's statistics are added to the observed ones. */
    private void observe() {
      int channels = input.shape().channels();
      int values = batch * input.shape().size() / channels;
      recorder.add(
          node.name() + " statistics",
          slots -> {
            float[] means = new float[channels];
            float[] variances = new float[channels];
            slots.get(0).get(means);
            slots.get(1).get(variances);
            norms.observed().add(parametersOf, means, variances, values);
          },
          (Place.Slot) mean.place(),
          (Place.Slot) variance.place());
    }

    /** Records the update of a running statistic: keep * old + (1 - keep) * the batch's. */
    private void follow(Argument statistic, ParameterRole stored, float keep) {
      FloatPointer running = parameters.memory(parametersOf, stored);
      recorder.add(
          node.name() + " statistics",
          slots -> {
            FloatPointer now = slots.get(0);
            for (int i = 0; i < input.shape().channels(); i++) {
              running.put(i, keep * running.get(i) + (1 - keep) * now.get(i));
            }
          },
          (Place.Slot) statistic.place());
    }

    private List<@Nullable Value> backward(
        batch_normalization_forward.primitive_desc forward, Value gradient, boolean wanted) {
      if (!wanted && !trained) {
        return Collections.singletonList(null);
      }
      String label = node.name() + " backward";
      Value incoming = recorder.reorder(label, gradient, input.layout());
      batch_normalization_backward.primitive_desc description =
          new batch_normalization_backward.primitive_desc(
              new batch_normalization_backward.desc(
                  prop_kind.backward.value,
                  input.layout(),
                  input.layout(),
                  (float) norm.epsilon(),
                  flags),
              Recorder.attributes(),
              OneDnn.engine(),
              forward);
      Value outgoing = recorder.value(input.layout(), input.shape());
      List<Argument> arguments = new ArrayList<>(affine);
      arguments.add(input.as(DNNL_ARG_SRC));
      arguments.add(incoming.as(DNNL_ARG_DIFF_DST));
      arguments.add(mean);
      arguments.add(variance);
      arguments.add(outgoing.as(DNNL_ARG_DIFF_SRC));
      if (norm.scale()) {
        arguments.add(gradient(DNNL_ARG_DIFF_SCALE, ParameterRole.GAMMA));
      }
      arguments.add(gradient(DNNL_ARG_DIFF_SHIFT, ParameterRole.BETA));
      recorder.add(
          label,
          description,
          new batch_normalization_backward(description),
          arguments.toArray(Argument[]::new));
      return Collections.singletonList(wanted ? outgoing : null);
    }

    /**
     * Returns the destination of a parameter's gradient. oneDNN computes it for frozen layers too;
     * theirs goes to memory that nothing reads.
     */
    private Argument gradient(int role, ParameterRole parameter) {
      if (trained) {
        return parameters.gradient(role, parametersOf, parameter);
      }
      memory.desc layout = Layouts.plain(input.shape().channels());
      return recorder.argument(role, layout);
    }
  }
}
