package org.example.extending.reference;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.finetune.engine.Batch;
import dev.finetune.graph.LayerGraph;
import dev.finetune.graph.Node;
import dev.finetune.graph.layer.Input;
import dev.finetune.graph.layer.ParameterRole;
import dev.finetune.graph.layer.ParameterSpec;
import dev.finetune.graph.layer.Shape;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A batch's way through a graph, on a tape of its own. */
final class Pass {

  private final Tape tape = new Tape();
  private final Table<String, ParameterRole, int[]> parameters = HashBasedTable.create();
  private final Map<String, Image> images = new HashMap<>();

  Pass(LayerGraph graph, Values values, Batch batch, Mode mode) {
    int input = 0;
    for (Node node : graph.nodes()) {
      for (ParameterSpec spec : node.parameters()) {
        float[] own = values.of(node.name(), spec.role());
        parameters.put(node.name(), spec.role(), tape.constants(doubles(own)));
      }
      List<Image> inputs =
          node.layer() instanceof Input
              ? List.of(input(batch, input++, node.output()))
              : node.inputs().stream().map(images::get).toList();
      Layers layers = new Layers(tape, node, inputs, parameters.row(node.name()), mode);
      images.put(node.name(), new Image(node.output(), node.layer().basic().accept(layers)));
    }
  }

  private static double[] doubles(float... values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  private Image input(Batch batch, int input, Shape shape) {
    int[][] places = new int[batch.size()][];
    for (int n = 0; n < places.length; n++) {
      FloatBuffer example = batch.example(n, input, shape);
      float[] values = new float[shape.size()];
      example.get(values);
      places[n] = tape.constants(doubles(values));
    }
    return new Image(shape, places);
  }

  /** Returns what a layer gave, by example. */
  float[][] values(String layer) {
    int[][] places = requireNonNull(images.get(layer)).places();
    float[][] values = new float[places.length][];
    for (int n = 0; n < places.length; n++) {
      values[n] = new float[places[n].length];
      for (int i = 0; i < values[n].length; i++) {
        values[n][i] = (float) tape.value(places[n][i]);
      }
    }
    return values;
  }

  /** Returns the gradients by all parameters, given those by what a layer gave. */
  Table<String, ParameterRole, float[]> gradients(String layer, float[][] given) {
    double[] factors = new double[tape.size()];
    int[][] places = requireNonNull(images.get(layer)).places();
    for (int n = 0; n < places.length; n++) {
      for (int i = 0; i < places[n].length; i++) {
        factors[places[n][i]] += given[n][i];
      }
    }
    double[] derivatives = tape.derivatives(factors);
    Table<String, ParameterRole, float[]> gradients = HashBasedTable.create();
    parameters
        .rowMap()
        .forEach(
            (name, roles) ->
                roles.forEach((role, own) -> gradients.put(name, role, picked(derivatives, own))));
    return gradients;
  }

  private static float[] picked(double[] derivatives, int[] places) {
    float[] picked = new float[places.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = (float) derivatives[places[i]];
    }
    return picked;
  }
}
