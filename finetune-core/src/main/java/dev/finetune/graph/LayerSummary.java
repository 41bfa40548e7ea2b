package dev.finetune.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table of layers shows of one layer.
 *
 * @param name the layer's name
 * @param kind the kind of layer, such as {@code Conv2d}
 * @param inputs the names of the layers that it reads
 * @param output the output's dimensions without the batch: channels, height, width; or features
 * @param parameters the number of its parameters, at least 0
 * @param trainable whether training changes them
 * @param endOfStage the number of the backbone's stage that ends with it, from 1, or null
 */
public record LayerSummary(
    String name,
    String kind,
    List<String> inputs,
    List<Integer> output,
    long parameters,
    boolean trainable,
    @Nullable Integer endOfStage) {}
