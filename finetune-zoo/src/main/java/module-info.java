/**
 * Backbones, the files that their weights come in, and downloads. Start at {@link
 * dev.finetune.zoo.Zoo}.
 */
module dev.finetune.zoo {
  requires transitive dev.finetune.core;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires io.jhdf;
  requires java.net.http;
  requires org.slf4j;

  exports dev.finetune.zoo;
  exports dev.finetune.zoo.architecture;
  exports dev.finetune.zoo.download;
  exports dev.finetune.zoo.weights;

  uses dev.finetune.zoo.architecture.Architecture;
}
