package dev.finetune;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import dev.finetune.data.Labels;
import dev.finetune.data.ValueDataset;
import dev.finetune.data.Values;
import dev.finetune.engine.EngineOptions;
import dev.finetune.evaluate.ValueEvaluation;
import dev.finetune.image.Pixels;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.modelfile.StoredOutputs;
import dev.finetune.internal.network.Network;
import dev.finetune.internal.training.ValueScale;
import dev.finetune.loss.Targets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A trained network that estimates numbers, such as an angle or a width. It was trained on
 * standardised values; the methods of this class use the original units.
 *
 * <p>Safe for use from several threads; one of them computes at a time.
 */
public final class ValueModel extends TrainedModel {

  private final List<String> valueNames;
  private final ValueScale scale;
  private final ImageNetwork network;

  private ValueModel(
      StoredModel stored, EngineOptions engine, StoredOutputs.Values values, ImageNetwork network) {
    super(stored, engine);
    this.valueNames = values.names();
    this.scale = new ValueScale(values.means(), values.deviations());
    this.network = network;
  }

  /** Returns a model computed with these options, whatever options it was trained with. */
  static ValueModel of(StoredModel stored, EngineOptions engine) {
    StoredOutputs.Values values = (StoredOutputs.Values) stored.description().outputs();
    return new ValueModel(
        stored,
        engine,
        values,
        new ImageNetwork(
            stored.description().input(),
            values.kind(),
            values.names(),
            Network.of(stored.description().graph(), stored.weights(), engine)));
  }

  /**
   * Reads a model that {@link #save} wrote. It is computed with the engine that it was trained with
   * if that engine can compute here, and otherwise with the preferred one.
   *
   * @param file the model file
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no values; the
   *     message names the file and the reason
   * @throws dev.finetune.engine.EngineException if no engine can compute the model
   */
  public static ValueModel load(Path file) throws IOException {
    StoredModel stored = ModelLoading.read(file, Targets.Kind.VALUES);
    return of(stored, ModelLoading.options(stored));
  }

  /**
   * Reads a model that {@link #save} wrote, to be computed with other options than in training.
   *
   * @param file the model file
   * @param engine how the network is computed
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no values; the
   *     message names the file and the reason
   * @throws dev.finetune.engine.EngineException if the engine cannot compute the model
   */
  public static ValueModel load(Path file, EngineOptions engine) throws IOException {
    return of(ModelLoading.read(file, Targets.Kind.VALUES), engine);
  }

  /**
   * Reads a saved model and modifies its engine options.
   *
   * @param file the zip file that {@link #save} wrote
   * @param change receives the options that {@link #load(Path)} would use and returns those to use
   * @return the model
   * @throws IOException if the file cannot be read, is not a valid model, or has no values; the
   *     message names the file and the reason
   */
  public static ValueModel load(Path file, UnaryOperator<EngineOptions> change) throws IOException {
    StoredModel stored = ModelLoading.read(file, Targets.Kind.VALUES);
    return of(stored, change.apply(ModelLoading.options(stored)));
  }

  /** {@return the names of the values} */
  public List<String> valueNames() {
    return valueNames;
  }

  /**
   * {@return the estimated values of an image, in the order of {@link #valueNames}}
   *
   * @param image an image of any size
   * @throws IllegalArgumentException if the image has a value that is NaN or infinite
   * @throws IllegalStateException if an output is not finite, or the model is closed
   */
  public double[] values(Pixels image) {
    return scale.original(network.outputs(image));
  }

  /**
   * {@return the estimated values of several images, in order} They are computed in batches.
   *
   * @param images images of any size; may be empty
   * @throws IllegalArgumentException if an image has a value that is NaN or infinite
   * @throws IllegalStateException if an output is not finite, or the model is closed
   */
  public List<double[]> values(List<Pixels> images) {
    return network.outputs(images).stream().map(scale::original).toList();
  }

  /**
   * {@return the results on images with known values, in their units} Values are matched by name.
   *
   * @param data at least one image; it must have the values of this model, in any order
   * @throws dev.finetune.data.DatasetException if an image cannot be read, has a value that is not
   *     finite, or does not have a finite number for each value
   * @throws IllegalArgumentException if there is no image, the values are not those of this model,
   *     or the colours are not read as those of the training
   * @throws IllegalStateException if an output is not finite, or the model is closed
   */
  public ValueEvaluation evaluate(ValueDataset data) {
    return evaluate(data, done -> {});
  }

  /**
   * {@return the results on images with known values} See {@link #evaluate(ValueDataset)}.
   *
   * @param data at least one image; it must have the values of this model, in any order
   * @param progress receives the number of images done, after each batch
   * @throws dev.finetune.data.DatasetException if an image cannot be read, has a value that is not
   *     finite, or does not have a finite number for each value
   * @throws IllegalArgumentException if there is no image, the values are not those of this model,
   *     or the colours are not read as those of the training
   * @throws IllegalStateException if an output is not finite, or the model is closed
   */
  public ValueEvaluation evaluate(ValueDataset data, IntConsumer progress) {
    requireColours(data);
    Targets targets = targets(data);
    ValueEvaluation.Tally tally = ValueEvaluation.tally(valueNames);
    network.forEachBatch(
        data,
        progress,
        (first, outputs) ->
            tally.add(
                original(outputs),
                targets.select(IntStream.range(first, first + outputs.length).toArray())));
    return tally.result();
  }

  private float[][] original(float[][] outputs) {
    return Arrays.stream(outputs)
        .map(scale::original)
        .map(row -> Floats.toArray(Doubles.asList(row)))
        .toArray(float[][]::new);
  }

  private Targets targets(ValueDataset data) {
    List<String> own = data.valueNames();
    Values.requireValueNames(own);
    checkArgument(
        Set.copyOf(own).equals(Set.copyOf(valueNames)),
        "The images must have the values of the model, %s, in any order, got %s%s",
        valueNames,
        own,
        Labels.lookAlike(valueNames, own));
    int[] order = valueNames.stream().mapToInt(own::indexOf).toArray();
    double[][] values = Values.of(data).get(0);
    return Targets.values(
        Arrays.stream(values)
            .map(row -> IntStream.of(order).mapToDouble(i -> row[i]).toArray())
            .toArray(double[][]::new));
  }

  @Override
  public void close() {
    network.close();
  }
}
