package dev.finetune.internal.modelfile;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import dev.finetune.loss.Targets;
import java.util.List;

/** The names of a network's outputs, and what a model knows about them. */
public sealed interface StoredOutputs {

  /** Returns the names in the order of the outputs. */
  List<String> names();

  /** Returns what the outputs are. */
  Targets.Kind kind();

  /**
   * Classes.
   *
   * @param names the names, at least two, distinct
   */
  record Classes(List<String> names) implements StoredOutputs {

    public Classes {
      names = List.copyOf(names);
      dev.finetune.data.Labels.requireClassNames(names);
    }

    @Override
    public Targets.Kind kind() {
      return Targets.Kind.CLASSES;
    }
  }

  /**
   * Tags.
   *
   * @param names the names, distinct
   * @param thresholds the probability from which each tag is predicted, from 0 to 1
   */
  record Tags(List<String> names, List<Double> thresholds) implements StoredOutputs {

    public Tags {
      names = List.copyOf(names);
      thresholds = ImmutableList.copyOf(thresholds);
      dev.finetune.data.Tags.requireTagNames(names);
      requireOnePerName("thresholds", "tag", names, thresholds);
      for (double threshold : thresholds) {
        checkArgument(
            threshold >= 0 && threshold <= 1, "thresholds must be in [0, 1], got %s", thresholds);
      }
    }

    @Override
    public Targets.Kind kind() {
      return Targets.Kind.TAGS;
    }
  }

  /**
   * Values. The network computes (value - mean) / deviation.
   *
   * @param names the names, distinct
   * @param means the means
   * @param deviations the standard deviations, over 0
   */
  record Values(List<String> names, List<Double> means, List<Double> deviations)
      implements StoredOutputs {

    public Values {
      names = List.copyOf(names);
      means = ImmutableList.copyOf(means);
      deviations = ImmutableList.copyOf(deviations);
      dev.finetune.data.Values.requireValueNames(names);
      requireOnePerName("means", "value", names, means);
      requireOnePerName("deviations", "value", names, deviations);
      for (double deviation : deviations) {
        checkArgument(deviation > 0, "deviations must be over 0, got %s", deviations);
      }
    }

    @Override
    public Targets.Kind kind() {
      return Targets.Kind.VALUES;
    }
  }

  private static void requireOnePerName(
      String what, String name, List<String> names, List<Double> numbers) {
    checkArgument(
        numbers.size() == names.size(),
        "%s must have one number per %s (%s), got %s",
        what,
        name,
        names.size(),
        numbers.size());
  }
}
