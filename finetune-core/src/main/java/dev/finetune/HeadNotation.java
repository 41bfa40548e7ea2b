package dev.finetune;

import dev.finetune.head.HeadLayer;
import java.util.List;
import java.util.stream.Collectors;

/** How a head is written on the command line and in reports. */
final class HeadNotation {

  private HeadNotation() {}

  static String of(List<HeadLayer> head) {
    return head.stream().map(HeadLayer::notation).collect(Collectors.joining(","));
  }
}
