package dev.finetune.zoo;

import com.google.common.collect.ImmutableMap;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.ConvNeXt;
import dev.finetune.zoo.architecture.DenseNet;
import dev.finetune.zoo.architecture.EfficientNet;
import dev.finetune.zoo.architecture.InceptionV3;
import dev.finetune.zoo.architecture.MobileNet;
import dev.finetune.zoo.architecture.MobileNetV2;
import dev.finetune.zoo.architecture.MobileNetV3;
import dev.finetune.zoo.architecture.ResNet;
import dev.finetune.zoo.architecture.ResNetV2;
import dev.finetune.zoo.architecture.SqueezeNet;
import dev.finetune.zoo.architecture.Vgg;
import dev.finetune.zoo.architecture.Xception;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A registry of architectures by name: the stock ones and those registered on the class path. */
final class Architectures {

  private static final List<Architecture> STOCK =
      List.of(
          Vgg.vgg16(),
          Vgg.vgg19(),
          ResNet.resNet50(),
          new ResNetV2(),
          new MobileNet(),
          new MobileNetV2(),
          new DenseNet(),
          new InceptionV3(),
          new Xception(),
          EfficientNet.b0(),
          EfficientNet.b1(),
          EfficientNet.b2(),
          EfficientNet.b3(),
          SqueezeNet.v11(),
          SqueezeNet.v10(),
          new ConvNeXt(),
          ResNet.resNet18(),
          ResNet.resNet34(),
          new MobileNetV3());

  private static final Pattern SIZED = Pattern.compile("(.+)-(\\d{1,3}(?:\\.\\d{1,6})?)");

  /**
   * Keyed by the calling thread's context class loader: in a server each application has its own.
   */
  private static final Map<ClassLoader, ImmutableMap<String, Architecture>> ALL =
      new WeakHashMap<>();

  private Architectures() {}

  /** Returns all architectures by name: the stock ones, then those that applications register. */
  static ImmutableMap<String, Architecture> all() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader key = context == null ? Architectures.class.getClassLoader() : context;
    synchronized (ALL) {
      return ALL.computeIfAbsent(key, Architectures::find);
    }
  }

  /**
   * Finds an architecture by its name. That of a network with a width ends with it, such as {@code
   * mobilenetv2-0.35}.
   *
   * @throws IllegalArgumentException if the width is outside its range
   */
  static Optional<Architecture> byName(String name) {
    Architecture found = all().get(name);
    Matcher sized = SIZED.matcher(name);
    if (found == null && sized.matches()) {
      Architecture usual = all().get(sized.group(1));
      if (usual != null && !usual.widths().isEmpty()) {
        found = usual.withWidth(Double.parseDouble(sized.group(2)));
      }
    }
    return Optional.ofNullable(found);
  }

  private static ImmutableMap<String, Architecture> find(ClassLoader context) {
    Map<String, Architecture> all = new LinkedHashMap<>();
    STOCK.forEach(architecture -> add(all, architecture));
    Stream.of(Architectures.class.getClassLoader(), context)
        .flatMap(loader -> ServiceLoader.load(Architecture.class, loader).stream())
        .filter(distinct())
        .forEach(provider -> add(all, provider.get()));
    return ImmutableMap.copyOf(all);
  }

  /** Returns a filter for repeated classes: two class loaders may find the same class. */
  private static Predicate<ServiceLoader.Provider<Architecture>> distinct() {
    Set<Class<?>> types = new HashSet<>();
    return provider -> types.add(provider.type());
  }

  private static void add(Map<String, Architecture> all, Architecture architecture) {
    Architecture other = all.putIfAbsent(architecture.name(), architecture);
    if (other != null) {
      throw new IllegalStateException(
          "Architecture names must be distinct, got "
              + architecture.name()
              + " from "
              + other.getClass().getName()
              + " and "
              + architecture.getClass().getName());
    }
  }
}
