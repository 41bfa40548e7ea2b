package dev.finetune.examples;

import com.google.common.collect.ImmutableSortedSet;
import dev.finetune.datasets.JpegAugmentation;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.Engines;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.image.Augmentation;
import dev.finetune.image.Augmentations;
import dev.finetune.image.ColourRule;
import dev.finetune.image.Views;
import dev.finetune.loss.Loss;
import dev.finetune.loss.Losses;
import dev.finetune.recipe.Recipe;
import dev.finetune.train.Adam;
import dev.finetune.train.BatchMix;
import dev.finetune.train.BatchNormStatistics;
import dev.finetune.train.ClassWeights;
import dev.finetune.train.CoTuning;
import dev.finetune.train.EarlyStopping;
import dev.finetune.train.Keep;
import dev.finetune.train.Optimizer;
import dev.finetune.train.Optimizers;
import dev.finetune.train.ParameterGroups;
import dev.finetune.train.Probe;
import dev.finetune.train.Sampling;
import dev.finetune.train.Schedule;
import dev.finetune.train.Schedules;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** Converters from arguments to values of the library. What they refuse is a wrong call. */
final class Converters {

  private Converters() {}

  /** Returns the path of a file or folder. With LC_ALL=C Java knows only paths in ASCII. */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      String encoding = System.getProperty("sun.jnu.encoding", "unknown");
      throw WrongCall.must(
          "be a path in the encoding of file names of this JVM, sun.jnu.encoding "
              + encoding
              + (encoding.equals("UTF-8") ? "" : " (start Java with LC_ALL=C.UTF-8)"),
          text);
    }
  }

  /** Returns the path that an argument gives which is not always one. */
  static Path path(String argument, String text) {
    try {
      return path(text);
    } catch (WrongCall e) {
      throw e.of(argument);
    }
  }

  /** A whole number from 1. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return wholeNumber(text, 1);
    }
  }

  /** A whole number from 0. */
  static final class CountOrZero implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return wholeNumber(text, 0);
    }
  }

  private static int wholeNumber(String text, int least) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw WrongCall.must("be a whole number >= " + least, text);
  }

  /** The seed of random numbers. */
  static final class Seed implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw WrongCall.must("be a whole number", text);
      }
    }
  }

  /** A number above 0. */
  static final class PositiveNumber implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        double value = Double.parseDouble(text);
        if (value > 0 && Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // reported below
      }
      throw WrongCall.must("be a number > 0", text);
    }
  }

  /** The strength of co-tuning. */
  static final class CoTuningStrength implements ITypeConverter<CoTuning> {
    @Override
    public CoTuning convert(String text) {
      return CoTuning.ofStrength(new PositiveNumber().convert(text));
    }
  }

  /** A share between 0 and 1. */
  static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        double value = Double.parseDouble(text);
        if (value > 0 && value < 1) {
          return value;
        }
      } catch (NumberFormatException e) {
        // reported below
      }
      throw WrongCall.must("be a number in (0, 1)", text);
    }
  }

  /** A regular expression with a capturing group. */
  static final class Groups implements ITypeConverter<Pattern> {
    @Override
    public Pattern convert(String text) {
      try {
        Pattern pattern = Pattern.compile(text);
        if (pattern.matcher("").groupCount() > 0) {
          return pattern;
        }
      } catch (PatternSyntaxException e) {
        // reported below
      }
      throw WrongCall.must("be a regular expression with a capturing group, such as (.*)_", text);
    }
  }

  /** An optimizer in the notation {@code adamw:1e-3,decay=0.05}. */
  static final class OptimizerNotation implements ITypeConverter<Optimizer> {
    @Override
    public Optimizer convert(String text) {
      return parsed(Optimizers::parse, text);
    }
  }

  /** A schedule in the notation {@code cosine,warmup=0.1}. */
  static final class ScheduleNotation implements ITypeConverter<Schedule> {
    @Override
    public Schedule convert(String text) {
      return parsed(Schedules::parse, text);
    }
  }

  /**
   * The sides of smaller images.
   *
   * @param sides the sides by the last epoch that has them
   */
  record Smaller(SortedMap<Integer, Integer> sides) {}

  /** The sides of smaller images in the notation {@code 20:96,40:160}. */
  static final class SmallerNotation implements ITypeConverter<Smaller> {
    @Override
    public Smaller convert(String text) {
      SortedMap<Integer, Integer> sides = new TreeMap<>();
      int lastEpoch = 0;
      int largest = 0;
      for (String part : text.split(",", -1)) {
        int colon = part.indexOf(':');
        if (colon < 0) {
          throw WrongCall.must("be a list of EPOCH:SIDE, such as 20:96,40:160", text);
        }
        int epoch = wholeNumber(part.substring(0, colon), 1);
        int side = wholeNumber(part.substring(colon + 1), 1);
        if (epoch <= lastEpoch || side <= largest) {
          throw WrongCall.must("have growing epochs and growing sides", text);
        }
        sides.put(epoch, side);
        lastEpoch = epoch;
        largest = side;
      }
      return new Smaller(sides);
    }
  }

  /** Views to choose from. */
  record Choices(List<Views> views) {}

  /** Views to choose from in the notation {@code signs;identity,zoom:0.9}. */
  static final class ViewsChoices implements ITypeConverter<Choices> {
    @Override
    public Choices convert(String text) {
      return parsed(
          choices ->
              new Choices(
                  Arrays.stream(choices.split(ViewsOption.SEPARATOR, -1))
                      .map(Views::parse)
                      .toList()),
          text);
    }
  }

  /** Views in the notation {@code identity,zoom:0.9}. */
  static final class ViewsNotation implements ITypeConverter<Views> {
    @Override
    public Views convert(String text) {
      return parsed(Views::parse, text);
    }
  }

  /** A loss in the notation {@code focal:2}. */
  static final class LossNotation implements ITypeConverter<Loss> {
    @Override
    public Loss convert(String text) {
      return parsed(Losses::parse, text);
    }
  }

  /** Random changes of images in the notation {@code rotate:15,grey@0.2}. */
  static final class AugmentNotation implements ITypeConverter<Augmentation> {
    @Override
    public Augmentation convert(String text) {
      return parsed(
          notation -> Augmentations.parse(notation, Map.of("jpeg", AugmentNotation::jpeg)), text);
    }

    private static Augmentation jpeg(List<Double> arguments) {
      if (arguments.size() != 2 || arguments.stream().anyMatch(a -> a != Math.rint(a))) {
        throw new IllegalArgumentException(
            "jpeg must have two whole numbers, the lowest and the highest quality, got "
                + arguments);
      }
      return JpegAugmentation.jpeg(arguments.get(0).intValue(), arguments.get(1).intValue());
    }
  }

  /** A mixture of images in the notation {@code mixup:0.2}. */
  static final class MixNotation implements ITypeConverter<BatchMix> {
    @Override
    public BatchMix convert(String text) {
      return parsed(BatchMix::parse, text);
    }
  }

  /** Weights of classes in the notation {@code balanced} or {@code cat=1,dog=2.5}. */
  static final class ClassWeightNotation implements ITypeConverter<ClassWeights> {
    @Override
    public ClassWeights convert(String text) {
      return parsed(ClassWeights::parse, text);
    }
  }

  /** Parameter groups in the notation {@code stages:0.5}. */
  static final class GroupsNotation implements ITypeConverter<ParameterGroups> {
    @Override
    public ParameterGroups convert(String text) {
      return parsed(ParameterGroups::parse, text);
    }
  }

  /** The end of a training in the notation {@code 5} or {@code 5,loss}. */
  static final class EarlyStoppingNotation implements ITypeConverter<EarlyStopping> {
    @Override
    public EarlyStopping convert(String text) {
      return parsed(EarlyStopping::parse, text);
    }
  }

  /** A sampling by its name. */
  static final class SamplingName implements ITypeConverter<Sampling> {
    @Override
    public Sampling convert(String text) {
      return parsed(Sampling::parse, text);
    }
  }

  /** The names of the samplings, for completion. */
  static final class SamplingNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(Sampling.shuffled().name(), Sampling.balanced().name()).iterator();
    }
  }

  /** A recipe by its name. */
  static final class RecipeName implements ITypeConverter<Recipe> {
    @Override
    public Recipe convert(String text) {
      return parsed(Recipe::parse, text);
    }
  }

  /** A source of batch normalisation statistics by its name in lower case. */
  static final class StatisticsName implements ITypeConverter<BatchNormStatistics> {
    @Override
    public BatchNormStatistics convert(String text) {
      for (BatchNormStatistics statistics : BatchNormStatistics.values()) {
        if (statistics.name().toLowerCase(Locale.ROOT).equals(text)) {
          return statistics;
        }
      }
      throw WrongCall.must("be recomputed, moving, keras or kept", text);
    }
  }

  /** The sources of batch normalisation statistics, for completion. */
  static final class StatisticsNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(BatchNormStatistics.values())
          .map(statistics -> statistics.name().toLowerCase(Locale.ROOT))
          .iterator();
    }
  }

  /** What is done with the colour profiles of images. */
  static final class Colours implements ITypeConverter<ColourRule> {
    @Override
    public ColourRule convert(String text) {
      return Stream.of(ColourRule.values())
          .filter(rule -> rule.notation().equals(text))
          .findFirst()
          .orElseThrow(() -> WrongCall.must("be stored or srgb", text));
    }
  }

  /** The rules for colour profiles, for completion. */
  static final class ColoursNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(ColourRule.values()).map(ColourRule::notation).iterator();
    }
  }

  /** How a linear probe is used. */
  static final class ProbeName implements ITypeConverter<Probe> {
    @Override
    public Probe convert(String text) {
      return switch (text) {
        case "first" -> Probe.first();
        case "only" -> Probe.only();
        default -> throw WrongCall.must("be first or only", text);
      };
    }
  }

  /** The uses of a linear probe, for completion. */
  static final class ProbeNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("first", "only").iterator();
    }
  }

  /** The names of the recipes, for completion. */
  static final class RecipeNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Recipe.names().iterator();
    }
  }

  private static <T> T parsed(Function<String, T> parse, String text) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw WrongCall.because(e);
    }
  }

  /** The epoch to keep by its name in lower case. */
  static final class KeepName implements ITypeConverter<Keep> {
    @Override
    public Keep convert(String text) {
      return switch (text) {
        case "best" -> Keep.BEST;
        case "last" -> Keep.LAST;
        default -> throw WrongCall.must("be best or last", text);
      };
    }
  }

  /** The names of the epochs to keep, for completion. */
  static final class KeepNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("best", "last").iterator();
    }
  }

  /** Adam with a learning rate. */
  static final class LearningRate implements ITypeConverter<Adam> {
    @Override
    public Adam convert(String text) {
      try {
        return Adam.adam(Double.parseDouble(text));
      } catch (NumberFormatException e) {
        throw WrongCall.must("be a number", text);
      } catch (IllegalArgumentException e) {
        throw WrongCall.because(e);
      }
    }
  }

  /**
   * The layers of a head.
   *
   * @param layers from the backbone to the logits
   */
  record Head(List<HeadLayer> layers) {}

  /** A head in the notation {@code dense:128,dropout:0.6}. */
  static final class HeadNotation implements ITypeConverter<Head> {
    @Override
    public Head convert(String text) {
      return parsed(notation -> new Head(HeadLayers.parse(notation)), text);
    }
  }

  /** A backbone of the zoo. */
  static final class Backbone implements ITypeConverter<ZooBackbone> {
    @Override
    public ZooBackbone convert(String text) {
      return parsed(Zoo::byName, text);
    }
  }

  /** The names of the zoo's backbones, for completion. */
  static final class BackboneNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Zoo.names().iterator();
    }
  }

  /** An engine of this project, or another one on the class path. */
  static final class EngineName implements ITypeConverter<String> {

    /** Known even where their jars are missing, which is no wrong call: the error names the jar. */
    private static final Set<String> OWN = ImmutableSortedSet.of("dl4j", "onednn");

    @Override
    public String convert(String text) {
      if (OWN.contains(text)) {
        return text;
      }
      Set<String> names = names();
      if (!names.contains(text)) {
        throw WrongCall.must("be one of " + names, text);
      }
      return text;
    }

    private static Set<String> names() {
      try {
        return ImmutableSortedSet.<String>naturalOrder()
            .addAll(OWN)
            .addAll(Engines.all().stream().map(Engine::name).iterator())
            .build();
      } catch (EngineException e) { // the class path is broken
        return OWN;
      }
    }
  }

  /** The names of this project's engines, for completion. */
  static final class EngineNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return EngineName.OWN.iterator();
    }
  }
}
