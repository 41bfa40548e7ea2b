package dev.finetune.examples;

import dev.finetune.FineTune;
import dev.finetune.FineTunePlan;
import dev.finetune.train.CoTuning;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that trains the classes of the pretraining too. */
final class CoTuningOption {

  static final String NAME = "--co-tuning";

  @Option(
      names = NAME,
      paramLabel = "STRENGTH",
      converter = Converters.CoTuningStrength.class,
      description =
          "Train the backbone's own classes too, with this factor in the loss, such as 2.3. Needs"
              + " weights with these classes, a head of gap and dropout, and layers of the backbone"
              + " that train, as with --freeze-none (default: only your classes train).")
  private @Nullable CoTuning coTuning;

  /** Returns whether the option was given. */
  boolean given() {
    return coTuning != null;
  }

  /** Returns a training with the classes of the pretraining. */
  FineTune apply(FineTune training) {
    return coTuning == null ? training : training.coTuning(coTuning);
  }

  /** Returns the option for a plan; none if it trains its own classes only. */
  static ResolvedOptions resolved(FineTunePlan plan) {
    ResolvedOptions resolved = new ResolvedOptions();
    plan.coTuning().ifPresent(coTuning -> resolved.add(NAME, coTuning.strength()));
    return resolved;
  }
}
