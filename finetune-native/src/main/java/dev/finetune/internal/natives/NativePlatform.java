package dev.finetune.internal.natives;

/**
 * A platform for which native libraries are on the class path or module path.
 *
 * <p>Each {@code finetune-onednn-PLATFORM} artifact provides one. As a service it also makes the
 * module system resolve the modules that hold the libraries, which no code refers to.
 */
public interface NativePlatform {

  /** Returns the name that JavaCPP gives the platform, such as {@code linux-x86_64}. */
  String platform();
}
