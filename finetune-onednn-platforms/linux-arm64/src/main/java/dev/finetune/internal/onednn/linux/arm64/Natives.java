package dev.finetune.internal.onednn.linux.arm64;

import dev.finetune.internal.natives.NativePlatform;

/** The natives for Linux on 64-bit ARM. */
public final class Natives implements NativePlatform {

  /** Creates the description; loads nothing. */
  public Natives() {}

  @Override
  public String platform() {
    return "linux-arm64";
  }
}
