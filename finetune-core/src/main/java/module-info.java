/**
 * Transfer learning: the plan, the training loop, evaluation, the saved model, and the contract of
 * engines. Start at {@link dev.finetune.FineTune}.
 */
module dev.finetune.core {
  requires transitive com.google.common;
  requires transitive org.jspecify;
  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires org.slf4j;

  exports dev.finetune;
  exports dev.finetune.annotation;
  exports dev.finetune.backbone;
  exports dev.finetune.data;
  exports dev.finetune.engine;
  exports dev.finetune.evaluate;
  exports dev.finetune.freeze;
  exports dev.finetune.graph;
  exports dev.finetune.graph.layer;
  exports dev.finetune.head;
  exports dev.finetune.image;
  exports dev.finetune.loss;
  exports dev.finetune.recipe;
  exports dev.finetune.train;
  exports dev.finetune.weights;
  exports dev.finetune.weights.safetensors;
  exports dev.finetune.internal.files to
      dev.finetune.dl4j;
  exports dev.finetune.internal.modelfile to
      dev.finetune.dl4j;
  exports dev.finetune.internal.network to
      dev.finetune.dl4j;

  // The layers of a saved model are read from JSON by their records' components.
  opens dev.finetune.graph.layer to
      com.fasterxml.jackson.databind;

  uses dev.finetune.engine.Engine;
  uses dev.finetune.internal.modelfile.FormatOne;
}
