package dev.finetune.internal.training;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.finetune.data.ImageSource;
import dev.finetune.engine.Engines;
import dev.finetune.evaluate.Metric;
import dev.finetune.freeze.Phase;
import dev.finetune.image.ColourRule;
import dev.finetune.internal.cache.Hashes;
import dev.finetune.internal.version.LibraryVersion;
import dev.finetune.loss.Targets;
import dev.finetune.train.BatchMix;
import dev.finetune.train.FeatureCache;
import dev.finetune.train.Schedule;
import dev.finetune.train.TrainOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The settings that the bits of a training run depend on besides its state, by name. Images are
 * compared by name and label, not by content.
 */
final class JobSettings {

  private JobSettings() {}

  /** Returns the settings of a job. */
  static Map<String, String> of(TrainingJob job) {
    TrainOptions options = job.options();
    return ImmutableMap.<String, String>builder()
        .put("network", hash(job.graph().nodes()))
        .put("stages", hash(job.graph().stages()))
        .put("pretrained", hash(job.pretrained().stream().sorted().toList()))
        .put("frozen", frozen(job))
        .put("input", job.input().toString())
        .put("train", data(job.data().train(), job.data().trainTargets(), job.data().outputs()))
        .put("valid", data(job.data().valid(), job.data().validTargets(), job.data().outputs()))
        .put("colours", job.data().colours().map(ColourRule::notation).orElse(""))
        .put("seed", Long.toString(options.seed()))
        .put("batch", Integer.toString(options.batch()))
        .put("shuffle", Boolean.toString(options.shuffle()))
        .put("keep", options.keep().name())
        .put("optimizer", options.optimizer().name() + options.optimizer().settings())
        .put("schedule", schedule(options))
        .put("groups", options.groups().name() + options.groups().settings())
        .put("loss", job.loss().name() + job.loss().settings())
        .put("classWeights", options.classWeights().name() + options.classWeights().settings())
        .put("sampling", options.sampling().name() + options.sampling().settings())
        .put("mix", options.mix().map(BatchMix::description).orElse(""))
        .put("metrics", options.metrics().stream().map(Metric::name).toList().toString())
        .put("clip", Double.toString(options.clip()))
        .put("accumulate", Integer.toString(options.accumulate()))
        .put("average", Double.toString(options.average()))
        .put("batchNormStatistics", options.batchNormStatistics().name())
        .put(
            "augmentation",
            options
                .augmentation()
                .map(a -> a.description() + " x " + options.variants())
                .orElse(""))
        .put("stem", stem(job))
        .put("initialWeights", initialWeights(job))
        .put("version", LibraryVersion.get())
        .put("engine", Engines.find(job.engine()).fingerprint(job.engine()))
        .buildOrThrow();
  }

  /**
   * Checks that a resumed run has the settings that it started with.
   *
   * @throws IllegalArgumentException if settings differ; the message lists all of them
   */
  static void requireSame(Map<String, String> began, Map<String, String> now) {
    List<String> differ = new ArrayList<>();
    now.forEach(
        (name, value) -> {
          if (!value.equals(began.get(name))) {
            differ.add(name + " was " + began.get(name) + ", got " + value);
          }
        });
    checkArgument(
        differ.isEmpty(),
        "A resumed training must have the settings that it started with: %s",
        String.join("; ", differ));
  }

  /** Returns the schedule, with the number of epochs only if the learning rate depends on it. */
  private static String schedule(TrainOptions options) {
    Schedule schedule = options.schedule();
    return schedule.equals(Schedule.constant())
        ? schedule.name()
        : schedule.name() + schedule.settings() + " over " + options.epochs() + " epochs";
  }

  /** Returns a hash of the stem with its weights, which are not part of a training state. */
  private static String stem(TrainingJob job) {
    FeatureCache cache = job.options().cache();
    String stored = cache.directory().isPresent() ? cache.precision().name() : "";
    JobPhase first = JobPhase.of(job, 0);
    return first
        .stem()
        .map(stem -> Hashes.stem(stem, job.initial(), first.job().input(), stored).toString())
        .orElse("");
  }

  /**
   * Returns a hash of the initial weights behind the stem. The weights of the state replace them,
   * but a run that starts from others, such as another continued model, is another training.
   */
  private static String initialWeights(TrainingJob job) {
    JobPhase first = JobPhase.of(job, 0);
    return Hashes.stem(first.cut().tail(), job.initial(), first.job().input(), "").toString();
  }

  /** Returns a hash of the frozen layers of each phase, with its network if it has its own. */
  private static String frozen(TrainingJob job) {
    return IntStream.range(0, job.phases().size())
        .mapToObj(
            index -> {
              Phase phase = job.phases().get(index);
              String frozen = hash(phase.frozen().stream().sorted().toList());
              String text = "from epoch " + phase.firstEpoch() + ": " + frozen;
              return phase.side().isEmpty()
                  ? text
                  : text
                      + " with images of side "
                      + phase.side().getAsInt()
                      + " and network "
                      + hash(job.at(index).graph().nodes());
            })
        .collect(Collectors.joining(", "));
  }

  private static String data(ImageSource images, Targets targets, List<String> outputs) {
    List<Object> named = new ArrayList<>(outputs);
    for (int i = 0; i < images.size(); i++) {
      named.add(images.name(i) + " " + target(targets, i, outputs.size()));
    }
    return images.size() + " images, " + hash(named);
  }

  private static String target(Targets targets, int image, int outputs) {
    return switch (targets.kind()) {
      case CLASSES -> Integer.toString(targets.label(image));
      case TAGS, DISTRIBUTIONS -> numbers(outputs, output -> targets.share(image, output));
      case VALUES -> numbers(outputs, output -> targets.value(image, output));
    };
  }

  private static String numbers(int outputs, IntToDoubleFunction value) {
    return IntStream.range(0, outputs).mapToDouble(value).boxed().toList().toString();
  }

  private static String hash(List<?> values) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (Object value : values) {
      hasher.putString(value.toString(), StandardCharsets.UTF_8).putChar('\n');
    }
    return hasher.hash().toString().substring(0, 16);
  }
}
