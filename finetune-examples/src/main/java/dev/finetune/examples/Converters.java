package dev.finetune.examples;

import com.google.common.collect.ImmutableSortedSet;
import dev.finetune.engine.Engine;
import dev.finetune.engine.EngineException;
import dev.finetune.engine.Engines;
import dev.finetune.head.HeadLayer;
import dev.finetune.head.HeadLayers;
import dev.finetune.train.Adam;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.ZooBackbone;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;

/** Converters from arguments to values of the library. What they refuse is a wrong call. */
final class Converters {

  private Converters() {}

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
      try {
        return new Head(HeadLayers.parse(text));
      } catch (IllegalArgumentException e) {
        throw WrongCall.because(e);
      }
    }
  }

  /** A backbone of the zoo. */
  static final class Backbone implements ITypeConverter<ZooBackbone> {
    @Override
    public ZooBackbone convert(String text) {
      try {
        return Zoo.byName(text);
      } catch (IllegalArgumentException e) {
        throw WrongCall.because(e);
      }
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
