package dev.finetune.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finetune.graph.Node;
import dev.finetune.zoo.Zoo;
import dev.finetune.zoo.architecture.Architecture;
import dev.finetune.zoo.architecture.Definition;
import dev.finetune.zoo.architecture.Dialect;
import dev.finetune.zoo.architecture.Form;
import dev.finetune.zoo.architecture.Top;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the PyTorch tensor names of every network. */
class TensorNamesTest {

  static Stream<Arguments> definitions() {
    return Zoo.names().stream()
        .map(name -> Zoo.byName(name).architecture())
        .flatMap(a -> a.dialects().stream().map(d -> Arguments.of(a.name(), d)));
  }

  private static Definition network(String name, Dialect dialect) {
    Architecture architecture = Zoo.byName(name).architecture();
    return architecture.define(Form.square(architecture.defaultSize(), dialect, Top.LOGITS));
  }

  /** Every layer has one name, or two where files with older names are also read. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("definitions")
  void should_name_every_layer_with_parameters(String name, Dialect dialect) {
    Definition network = network(name, dialect);
    int older = name.equals("densenet121") ? 4 * 58 : 0;

    if (dialect.keras()) {
      assertThat(network.tensorNames()).isEmpty();
      return;
    }
    assertThat(network.tensorNames().values().stream().collect(Collectors.toSet()))
        .isEqualTo(
            network.graph().nodes().stream()
                .filter(n -> !n.parameters().isEmpty())
                .map(Node::name)
                .collect(Collectors.toSet()));
    assertThat(network.tensorNames())
        .hasSize(
            (int) network.graph().nodes().stream().filter(n -> !n.parameters().isEmpty()).count()
                + older);
  }

  /** The names come from files of timm and torchvision. */
  @ParameterizedTest
  @CsvSource({
    "resnet50, TIMM, layer2.0.downsample.0, conv3_block1_0_conv",
    "vgg16, TIMM, pre_logits.fc1, fc1",
    "efficientnetb0, TIMM, blocks.0.0.conv_dw, block1a_dwconv",
    "efficientnetb0, TIMM, blocks.1.0.se.conv_reduce, block2a_se_reduce",
    "efficientnetb0, TIMM, blocks.1.0.bn3, block2a_project_bn",
    "mobilenetv2, TIMM, blocks.0.0.conv_pw, expanded_conv_project",
    "mobilenetv2, TIMM, blocks.3.1.conv_pwl, block_7_project",
    "mobilenetv3, TIMM, conv_head, hidden",
    "mobilenetv3, TIMM, blocks.2.0.se.conv_expand, block_3_se_expand",
    "convnexttiny, TIMM, stages.1.downsample.1, convnext_tiny_downsampling_conv_0",
    "convnexttiny, TIMM, stages.2.blocks.8.gamma, convnext_tiny_stage_2_block_8_layer_scale",
    "densenet121, TORCHVISION, features.denseblock1.denselayer1.norm.1, conv2_block1_0_bn",
    "inceptionv3, TORCHVISION, Mixed_7c.branch3x3dbl_3b.conv, conv2d_92",
  })
  void should_know_the_publishers_names(String name, Dialect dialect, String tensor, String layer) {
    assertThat(network(name, dialect).tensorNames()).containsEntry(tensor, layer);
  }
}
