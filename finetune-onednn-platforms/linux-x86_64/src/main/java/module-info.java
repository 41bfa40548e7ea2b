/** The native libraries of the CPU engine for Linux on x86-64. */
module dev.finetune.onednn.linux.x86_64 {
  requires dev.finetune.natives;
  // Nothing else requires these modules; without them their libraries are not on the module path.
  requires org.bytedeco.dnnl.linux.x86_64;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.opencl.linux.x86_64;
  requires static org.jspecify;

  provides dev.finetune.internal.natives.NativePlatform with
      dev.finetune.internal.onednn.linux.x86_64.Natives;
}
