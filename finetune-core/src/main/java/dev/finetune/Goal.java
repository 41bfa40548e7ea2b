package dev.finetune;

import dev.finetune.engine.EngineOptions;
import dev.finetune.internal.modelfile.StoredModel;
import dev.finetune.internal.modelfile.StoredOutputs;
import dev.finetune.internal.training.TaskData;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a training is for.
 *
 * @param <M> the class of the model
 * @param data the images and their targets
 * @param outputs returns what the model stores about its outputs; receives what was fitted
 * @param model creates the model
 */
record Goal<M extends TrainedModel>(
    TaskData data,
    Function<List<Double>, StoredOutputs> outputs,
    BiFunction<StoredModel, EngineOptions, M> model) {}
