package dev.finetune.zoo;

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
import java.util.List;

/**
 * The stock backbones. Parameters are counted with the ImageNet classifier, and multiplications for
 * one image of the usual size.
 */
public final class Zoo {

  private Zoo() {}

  /** VGG16: 138 million parameters, 15 billion multiplications. */
  public static ZooBackbone vgg16Imagenet() {
    return ZooBackbone.of(Vgg.vgg16());
  }

  /** VGG19: 144 million parameters, 20 billion multiplications. */
  public static ZooBackbone vgg19Imagenet() {
    return ZooBackbone.of(Vgg.vgg19());
  }

  /** ResNet18: 12 million parameters, 1.8 billion multiplications. */
  public static ZooBackbone resNet18Imagenet() {
    return ZooBackbone.of(ResNet.resNet18());
  }

  /** ResNet34: 22 million parameters, 3.7 billion multiplications. */
  public static ZooBackbone resNet34Imagenet() {
    return ZooBackbone.of(ResNet.resNet34());
  }

  /** ResNet50: 26 million parameters, 3.9 billion multiplications. */
  public static ZooBackbone resNet50Imagenet() {
    return ZooBackbone.of(ResNet.resNet50());
  }

  /** ResNet50V2: 26 million parameters, 3.5 billion multiplications. */
  public static ZooBackbone resNet50V2Imagenet() {
    return ZooBackbone.of(new ResNetV2());
  }

  /** MobileNet: 4.3 million parameters, 0.6 billion multiplications. Its weights need a file. */
  public static ZooBackbone mobileNetImagenet() {
    return ZooBackbone.of(new MobileNet());
  }

  /** MobileNetV2: 3.5 million parameters, 0.3 billion multiplications. */
  public static ZooBackbone mobileNetV2Imagenet() {
    return ZooBackbone.of(new MobileNetV2());
  }

  /** MobileNetV3 Large: 5.5 million parameters, 0.2 billion multiplications. */
  public static ZooBackbone mobileNetV3Imagenet() {
    return ZooBackbone.of(new MobileNetV3());
  }

  /** DenseNet121: 8.1 million parameters, 2.8 billion multiplications. */
  public static ZooBackbone denseNet121Imagenet() {
    return ZooBackbone.of(new DenseNet());
  }

  /** InceptionV3: 24 million parameters, 5.7 billion multiplications. */
  public static ZooBackbone inceptionV3Imagenet() {
    return ZooBackbone.of(new InceptionV3());
  }

  /** Xception: 23 million parameters, 8.4 billion multiplications. */
  public static ZooBackbone xceptionImagenet() {
    return ZooBackbone.of(new Xception());
  }

  /** EfficientNetB0: 5.3 million parameters, 0.4 billion multiplications. */
  public static ZooBackbone efficientNetB0Imagenet() {
    return ZooBackbone.of(EfficientNet.b0());
  }

  /** EfficientNetB1: 7.9 million parameters, 0.7 billion multiplications. */
  public static ZooBackbone efficientNetB1Imagenet() {
    return ZooBackbone.of(EfficientNet.b1());
  }

  /** EfficientNetB2: 9.2 million parameters, 1.1 billion multiplications. */
  public static ZooBackbone efficientNetB2Imagenet() {
    return ZooBackbone.of(EfficientNet.b2());
  }

  /** EfficientNetB3: 12 million parameters, 1.8 billion multiplications. */
  public static ZooBackbone efficientNetB3Imagenet() {
    return ZooBackbone.of(EfficientNet.b3());
  }

  /** SqueezeNet 1.1: 1.2 million parameters, 0.35 billion multiplications. */
  public static ZooBackbone squeezeNetImagenet() {
    return ZooBackbone.of(SqueezeNet.v11());
  }

  /** SqueezeNet 1.0: 1.2 million parameters, 0.8 billion multiplications. */
  public static ZooBackbone squeezeNet10Imagenet() {
    return ZooBackbone.of(SqueezeNet.v10());
  }

  /** ConvNeXt Tiny: 29 million parameters, 4.5 billion multiplications. */
  public static ZooBackbone convNeXtTinyImagenet() {
    return ZooBackbone.of(new ConvNeXt());
  }

  /**
   * Returns a backbone of an architecture of the application's own. One that is named in {@code
   * META-INF/services/dev.finetune.zoo.architecture.Architecture} is also found by its name.
   */
  public static ZooBackbone of(Architecture architecture) {
    return ZooBackbone.of(architecture);
  }

  /** Returns the names that {@link #byName} knows. */
  public static List<String> names() {
    return Architectures.all().keySet().asList();
  }

  /**
   * Returns the backbone of that name, of the zoo's or of those that the application registered.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static ZooBackbone byName(String name) {
    Architecture architecture = Architectures.all().get(name);
    if (architecture == null) {
      throw new IllegalArgumentException(
          "A backbone is one of " + names() + ", got \"" + name + "\"");
    }
    return ZooBackbone.of(architecture);
  }
}
