package dev.finetune.zoo;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The architectures that have a name: those of the zoo, and those on the class path. */
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

  private static final Supplier<ImmutableMap<String, Architecture>> ALL =
      Suppliers.memoize(Architectures::find);

  private Architectures() {}

  /** Returns all by name: the stock ones, then those that applications bring along. */
  static ImmutableMap<String, Architecture> all() {
    return ALL.get();
  }

  private static ImmutableMap<String, Architecture> find() {
    Map<String, Architecture> all = new LinkedHashMap<>();
    STOCK.forEach(architecture -> add(all, architecture));
    ServiceLoader.load(Architecture.class).forEach(architecture -> add(all, architecture));
    return ImmutableMap.copyOf(all);
  }

  private static void add(Map<String, Architecture> all, Architecture architecture) {
    Architecture other = all.putIfAbsent(architecture.name(), architecture);
    if (other != null) {
      throw new IllegalStateException(
          "Architectures must have different names, and two are called "
              + architecture.name()
              + ": "
              + other.getClass().getName()
              + " and "
              + architecture.getClass().getName());
    }
  }
}
