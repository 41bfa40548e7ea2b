package dev.finetune.internal.plan;

import dev.finetune.train.ClassWeights;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Sampling;
import dev.finetune.train.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The training options as text for people. */
public final class OptionsText {

  private OptionsText() {}

  /** Returns the options that the result depends on, except for the seed, in one line. */
  public static String of(TrainOptions options) {
    List<String> parts = new ArrayList<>();
    parts.add(options.epochs() == 1 ? "1 epoch" : options.epochs() + " epochs");
    parts.add("batches of " + options.batch());
    parts.add(part(options.optimizer().name(), options.optimizer().settings()));
    parts.add("schedule " + part(options.schedule().name(), options.schedule().settings()));
    if (!options.groups().equals(ParameterGroups.same())) {
      parts.add("groups " + part(options.groups().name(), options.groups().settings()));
    }
    options.loss().ifPresent(loss -> parts.add("loss " + part(loss.name(), loss.settings())));
    if (!options.classWeights().equals(ClassWeights.none())) {
      parts.add(
          "class weights "
              + part(options.classWeights().name(), options.classWeights().settings()));
    }
    if (!options.sampling().equals(Sampling.shuffled())) {
      parts.add("sampling " + part(options.sampling().name(), options.sampling().settings()));
    }
    if (Double.isFinite(options.clip())) {
      parts.add("gradients clipped at " + options.clip());
    }
    if (options.accumulate() > 1) {
      parts.add(options.accumulate() + " batches per step");
    }
    if (options.average() > 0) {
      parts.add("moving average of the weights with decay " + options.average());
    }
    options
        .augmentation()
        .ifPresent(
            change ->
                parts.add(
                    "augmentation "
                        + change.description()
                        + (options.variants() > 1 ? ", " + options.variants() + " variants" : "")));
    options.mix().ifPresent(mix -> parts.add(mix.description()));
    options
        .earlyStopping()
        .ifPresent(stop -> parts.add("early stopping after " + stop.patience() + " epochs"));
    options.minutes().ifPresent(minutes -> parts.add("at most " + minutes + " minutes"));
    parts.add("weights of the " + options.keep().name().toLowerCase(Locale.ROOT) + " epoch");
    return String.join("; ", parts);
  }

  private static String part(String name, Map<String, Double> settings) {
    return settings.isEmpty() ? name : name + settings;
  }
}
