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
 * The stock backbones. Parameter counts include the ImageNet classifier; multiplications are those
 * of one image of the default size.
 *
 * <p>Every backbone takes its download settings from {@link
 * dev.finetune.zoo.download.DownloadOptions#fromEnvironment} when it is created. Nothing is
 * downloaded before its weights are used.
 */
public final class Zoo {

  private Zoo() {}

  /** {@return the VGG16 backbone: 138 million parameters, 15 billion multiplications} */
  public static ZooBackbone vgg16Imagenet() {
    return ZooBackbone.of(Vgg.vgg16());
  }

  /** {@return the VGG19 backbone: 144 million parameters, 20 billion multiplications} */
  public static ZooBackbone vgg19Imagenet() {
    return ZooBackbone.of(Vgg.vgg19());
  }

  /** {@return the ResNet18 backbone: 12 million parameters, 1.8 billion multiplications} */
  public static ZooBackbone resNet18Imagenet() {
    return ZooBackbone.of(ResNet.resNet18());
  }

  /** {@return the ResNet34 backbone: 22 million parameters, 3.7 billion multiplications} */
  public static ZooBackbone resNet34Imagenet() {
    return ZooBackbone.of(ResNet.resNet34());
  }

  /** {@return the ResNet50 backbone: 26 million parameters, 3.9 billion multiplications} */
  public static ZooBackbone resNet50Imagenet() {
    return ZooBackbone.of(ResNet.resNet50());
  }

  /** {@return the ResNet50V2 backbone: 26 million parameters, 3.5 billion multiplications} */
  public static ZooBackbone resNet50V2Imagenet() {
    return ZooBackbone.of(new ResNetV2());
  }

  /**
   * {@return the MobileNet backbone: 4.3 million parameters, 0.6 billion multiplications} Its
   * weights are not downloaded; pass a file to {@link ZooBackbone#weights(java.nio.file.Path)}.
   */
  public static ZooBackbone mobileNetImagenet() {
    return ZooBackbone.of(new MobileNet());
  }

  /** {@return the MobileNetV2 backbone: 3.5 million parameters, 0.3 billion multiplications} */
  public static ZooBackbone mobileNetV2Imagenet() {
    return ZooBackbone.of(new MobileNetV2());
  }

  /**
   * {@return the MobileNetV3 Large backbone: 5.5 million parameters, 0.2 billion multiplications}
   */
  public static ZooBackbone mobileNetV3Imagenet() {
    return ZooBackbone.of(new MobileNetV3());
  }

  /** {@return the DenseNet121 backbone: 8.1 million parameters, 2.8 billion multiplications} */
  public static ZooBackbone denseNet121Imagenet() {
    return ZooBackbone.of(new DenseNet());
  }

  /** {@return the InceptionV3 backbone: 24 million parameters, 5.7 billion multiplications} */
  public static ZooBackbone inceptionV3Imagenet() {
    return ZooBackbone.of(new InceptionV3());
  }

  /** {@return the Xception backbone: 23 million parameters, 8.4 billion multiplications} */
  public static ZooBackbone xceptionImagenet() {
    return ZooBackbone.of(new Xception());
  }

  /** {@return the EfficientNetB0 backbone: 5.3 million parameters, 0.4 billion multiplications} */
  public static ZooBackbone efficientNetB0Imagenet() {
    return ZooBackbone.of(EfficientNet.b0());
  }

  /** {@return the EfficientNetB1 backbone: 7.9 million parameters, 0.7 billion multiplications} */
  public static ZooBackbone efficientNetB1Imagenet() {
    return ZooBackbone.of(EfficientNet.b1());
  }

  /** {@return the EfficientNetB2 backbone: 9.2 million parameters, 1.1 billion multiplications} */
  public static ZooBackbone efficientNetB2Imagenet() {
    return ZooBackbone.of(EfficientNet.b2());
  }

  /** {@return the EfficientNetB3 backbone: 12 million parameters, 1.8 billion multiplications} */
  public static ZooBackbone efficientNetB3Imagenet() {
    return ZooBackbone.of(EfficientNet.b3());
  }

  /** {@return the SqueezeNet 1.1 backbone: 1.2 million parameters, 0.35 billion multiplications} */
  public static ZooBackbone squeezeNetImagenet() {
    return ZooBackbone.of(SqueezeNet.v11());
  }

  /** {@return the SqueezeNet 1.0 backbone: 1.2 million parameters, 0.8 billion multiplications} */
  public static ZooBackbone squeezeNet10Imagenet() {
    return ZooBackbone.of(SqueezeNet.v10());
  }

  /** {@return the ConvNeXt Tiny backbone: 29 million parameters, 4.5 billion multiplications} */
  public static ZooBackbone convNeXtTinyImagenet() {
    return ZooBackbone.of(new ConvNeXt());
  }

  /**
   * Returns a backbone of any architecture, including one that the application defines. An
   * architecture whose class is listed in {@code
   * META-INF/services/dev.finetune.zoo.architecture.Architecture} is also found by {@link #byName}.
   *
   * @param architecture the network
   * @return a backbone with the published weights of {@code architecture}
   */
  public static ZooBackbone of(Architecture architecture) {
    return ZooBackbone.of(architecture);
  }

  /**
   * Returns the names that {@link #byName} accepts. A name of MobileNet and MobileNetV2 may end
   * with a width, such as {@code mobilenetv2-0.35}.
   *
   * @return the names of the stock architectures, then those of registered ones
   * @throws IllegalStateException if two architectures have the same name
   */
  public static List<String> names() {
    return Architectures.all().keySet().asList();
  }

  /**
   * Returns the backbone of a stock architecture, or of one that the application registered.
   *
   * @param name the name of the architecture, such as {@code "vgg16"}
   * @return a backbone with published weights
   * @throws IllegalArgumentException if no architecture has that name, or its width is outside its
   *     range; the message lists all names
   * @throws IllegalStateException if two architectures have the same name
   */
  public static ZooBackbone byName(String name) {
    Architecture architecture =
        Architectures.byName(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "name must be one of " + names() + ", got \"" + name + "\""));
    return ZooBackbone.of(architecture);
  }
}
