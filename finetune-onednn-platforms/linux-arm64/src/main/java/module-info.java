/** The native libraries of the CPU engine for Linux on 64-bit ARM. */
module dev.finetune.onednn.linux.arm64 {
  requires dev.finetune.natives;
  // Nothing else requires these modules; without them their libraries are not on the module path.
  requires org.bytedeco.dnnl.linux.arm64;
  requires org.bytedeco.javacpp.linux.arm64;
  requires org.bytedeco.opencl.linux.arm64;
  requires static org.jspecify;

  provides dev.finetune.internal.natives.NativePlatform with
      dev.finetune.internal.onednn.linux.arm64.Natives;
}
